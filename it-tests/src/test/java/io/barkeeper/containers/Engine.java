package io.barkeeper.containers;

import com.github.dockerjava.api.DockerClient;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;

/** The container engine of this machine, if it has one. {@code scripts/with-engine} starts one where it may. */
final class Engine {

    private Engine() {}

    /** Why there is none; empty where one answers. */
    static Optional<String> missing() {
        if (DockerClientFactory.instance().isDockerAvailable()) {
            return Optional.empty();
        }
        String why = System.getenv().getOrDefault("BARKEEPER_NO_ENGINE", "none answers at DOCKER_HOST");
        return Optional.of("there is no container engine: " + why);
    }

    static DockerClient client() {
        return DockerClientFactory.instance().client();
    }
}
