package io.barkeeper.containers;

import io.barkeeper.lab.LabException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** A container of an image that was made here, so that a missing one fails at once and is never looked for elsewhere. */
final class Container extends GenericContainer<Container> {

    Container(DockerImageName image) {
        super(image);
        withImagePullPolicy(name -> false);
    }

    /** Standard output of a shell script that must succeed. */
    String sh(String script) {
        ExecResult result = run(script);
        if (result.getExitCode() != 0) {
            throw new LabException("Exit " + result.getExitCode() + " in the container: " + script + "\n"
                    + result.getStdout() + result.getStderr());
        }
        return result.getStdout();
    }

    /** Runs a shell script, whatever comes of it. */
    ExecResult run(String script) {
        try {
            return execInContainer(StandardCharsets.UTF_8, "sh", "-c", script);
        } catch (IOException e) {
            throw new LabException("Cannot run something in the container", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("Interrupted while something runs in the container", e);
        }
    }
}
