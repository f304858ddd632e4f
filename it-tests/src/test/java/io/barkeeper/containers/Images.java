package io.barkeeper.containers;

import io.barkeeper.lab.DebianTree;
import io.barkeeper.lab.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.utility.DockerImageName;

/**
 * The images of these tests. The package is installed into a clean Debian by {@code apt-get install} of the one file; the layer
 * before it only fetches what apt will want, so that a test after the first needs no archive.
 */
final class Images {

    private static final String REPOSITORY = "barkeeper-test";

    private Images() {}

    /** Debian with the package installed; nothing runs in it yet. */
    static DockerImageName withPackage(Path debianPackage) {
        return build(
                "installed",
                new ImageFromDockerfile(REPOSITORY + "/installed:latest", false)
                        .withFileFromPath("barkeeper.deb", debianPackage)
                        .withFileFromString("Dockerfile", """
                                FROM %s
                                ENV DEBIAN_FRONTEND=noninteractive
                                RUN apt-get update -qq && apt-get install -qq --download-only default-jre-headless systemd
                                COPY barkeeper.deb /tmp/barkeeper.deb
                                RUN apt-get install -qq /tmp/barkeeper.deb
                                """.formatted(base())));
    }

    /** Debian with its own Prometheus. */
    static DockerImageName withPrometheus() {
        return build(
                "prometheus",
                new ImageFromDockerfile(REPOSITORY + "/prometheus:latest", false)
                        .withFileFromString("Dockerfile", """
                                FROM %s
                                ENV DEBIAN_FRONTEND=noninteractive
                                RUN apt-get update -qq && apt-get install -qq --no-install-recommends prometheus
                                """.formatted(base())));
    }

    private static DockerImageName build(String what, ImageFromDockerfile image) {
        long begin = System.nanoTime();
        DockerImageName name = DockerImageName.parse(image.get());
        System.out.printf("  [containers] image %s: %.1f s%n", what, (System.nanoTime() - begin) / 1e9);
        return name;
    }

    /** A minimal Debian and nothing else, made once for each engine. */
    private static synchronized String base() {
        Path tar = DebianTree.tar("bookworm", List.of());
        try {
            String name =
                    REPOSITORY + "/debian:" + Files.getLastModifiedTime(tar).toMillis();
            if (Engine.client().listImagesCmd().withReferenceFilter(name).exec().isEmpty()) {
                build(
                        "debian",
                        new ImageFromDockerfile(name, false)
                                .withFileFromPath("root.tar", tar)
                                .withFileFromString("Dockerfile", "FROM scratch\nADD root.tar /\n"));
            }
            return name;
        } catch (IOException e) {
            throw new LabException("Cannot read " + tar, e);
        }
    }
}
