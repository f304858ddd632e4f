package io.barkeeper.nativeshim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkNamespaceTest {
    private static final String INITIAL_PID = "pid:[4026531836]";

    @TempDir
    Path proc;

    @Test
    void theFixedNumberOfNewKernelsSuffices() throws IOException {
        link("self/ns/net", "net:[4026531833]");
        assertThat(NetworkNamespace.isInitial(proc)).contains(true);
    }

    @Test
    void onOlderKernelsTheOneOfProcessOneCounts() throws IOException {
        link("self/ns/net", "net:[4026531840]");
        link("self/ns/pid", INITIAL_PID);
        link("1/ns/net", "net:[4026531840]");
        assertThat(NetworkNamespace.isInitial(proc)).contains(true);
    }

    @Test
    void anotherThanThatOfProcessOneIsNotInitial() throws IOException {
        link("self/ns/net", "net:[4026532500]");
        link("self/ns/pid", INITIAL_PID);
        link("1/ns/net", "net:[4026531840]");
        assertThat(NetworkNamespace.isInitial(proc)).contains(false);
    }

    @Test
    void theFirstProcessOfAContainerProvesNothing() throws IOException {
        link("self/ns/net", "net:[4026532500]");
        link("self/ns/pid", "pid:[4026532498]");
        link("1/ns/net", "net:[4026532500]");
        assertThat(NetworkNamespace.isInitial(proc)).isEmpty();
    }

    @Test
    void whatCannotBeReadIsUnknown() throws IOException {
        link("self/ns/net", "net:[4026532500]");
        link("self/ns/pid", INITIAL_PID);
        assertThat(NetworkNamespace.isInitial(proc)).isEmpty();
    }

    private void link(String name, String target) throws IOException {
        Path link = proc.resolve(name);
        Files.createDirectories(link.resolveSibling("."));
        Files.createSymbolicLink(link, Path.of(target));
    }
}
