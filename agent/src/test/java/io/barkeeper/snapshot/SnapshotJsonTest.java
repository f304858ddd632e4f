package io.barkeeper.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import io.barkeeper.testkit.RandomTopology;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SnapshotJsonTest {

    private static final String GOOD = """
            {
              "schema": "barkeeper.snapshot/1", "kernel": "6.1.0", "bootId": "b", "commandLine": "",
              "hostBridges": [{ "address": "0000:00", "apertures": [{ "kind": "mem", "start": "0x1000", "end": "0xffffffffffffffff" }] }],
              "reserved": [{ "start": "0x2000", "end": "0x2fff", "owner": "pnp" }],
              "devices": [
                { "address": "0000:00:01.0", "parent": null, "vendor": "0x1b36", "device": "0x000c", "class": "0x060400",
                  "driver": "pcieport", "hotplug": true, "enabled": true,
                  "bus": { "primary": 0, "secondary": 1, "subordinate": 1 }, "resources": [] },
                { "address": "0000:01:00.0", "parent": "0000:00:01.0", "vendor": "0x1b36", "device": "0x0005", "class": "0x00ff00",
                  "driver": null, "hotplug": false, "enabled": false, "bus": null,
                  "resources": [
                    { "index": 0, "kind": "mem32", "flags": "0x40200", "size": "0x1000", "start": "0xfffffffffffff000",
                      "end": "0xffffffffffffffff", "state": "assigned", "hardware": "closed" },
                    { "index": 2, "kind": "mem64pref", "flags": "0x0", "size": null, "state": "unassigned" } ] }
              ]
            }
            """;

    private static void assertRefused(String text, String path, String... words) {
        assertThatThrownBy(() -> SnapshotJson.parse(text))
                .asInstanceOf(type(SnapshotFormatException.class))
                .satisfies(e -> assertThat(e.path()).isEqualTo(path))
                .satisfies(e -> assertThat(e.getMessage()).contains(words));
    }

    private static void assertRefusedWith(String from, String to, String path, String... words) {
        assertThat(GOOD).contains(from);
        assertRefused(GOOD.replace(from, to), path, words);
    }

    @Test
    void aTopologyThatWasWrittenIsReadBackTheSame() {
        for (long seed = 0; seed < 300; seed++) {
            Topology topology = RandomTopology.make(new SplittableRandom(seed));
            String text = SnapshotJson.toJson(topology).toString();
            try {
                assertThat(SnapshotJson.parse(text)).as("seed %d", seed).isEqualTo(topology);
            } catch (SnapshotFormatException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + text, e);
            }
        }
    }

    @Test
    void thePublishedKeysAreEnough() throws Exception {
        Topology topology = SnapshotJson.parse(GOOD);

        assertThat(topology.functions()).hasSize(2);
        Resource top = topology.functions().get(1).resource(0).orElseThrow();
        assertThat(top.size()).hasValue(0x1000);
        assertThat(top.hardware()).isEqualTo(Decoded.closed());
        assertThat(topology.functions().get(1).resource(2).orElseThrow().size()).isEmpty();
        assertThat(topology.functions().get(0).enableCount()).isOne();
    }

    @Test
    void whatIsNoJsonIsRefused() {
        for (String text :
                new String[] {"", "{", "[1,]", "{'a': 1}", GOOD + "x", "nul", "{} {}", "[".repeat(100_000)}) {
            assertRefused(text, "$", "snapshot");
        }
    }

    @Test
    void anUnknownSchemaIsNamed() {
        assertRefusedWith("snapshot/1", "snapshot/9", "$.schema", "barkeeper.snapshot/9", "barkeeper.snapshot/1");
    }

    @Test
    void aMissingKeyIsNamedWithItsPlace() {
        assertRefusedWith(
                "\"vendor\": \"0x1b36\", \"device\": \"0x0005\"", "\"device\": \"0x5\"", "$.devices[1]", "\"vendor\"");
        assertRefusedWith("\"size\": null, ", "", "$.devices[1].resources[1]", "\"size\"");
        assertRefusedWith("\"bootId\": \"b\", ", "", "$", "\"bootId\"");
    }

    @Test
    void aWrongTypeIsNamedWithItsPlace() {
        assertRefusedWith("\"index\": 0", "\"index\": \"0\"", "$.devices[1].resources[0].index", "integer", "\"0\"");
        assertRefusedWith("\"index\": 0", "\"index\": 0.5", "$.devices[1].resources[0].index", "integer");
        assertRefusedWith("\"index\": 0", "\"index\": 1e400", "$.devices[1].resources[0].index", "integer");
        assertRefusedWith("\"0x40200\"", "262656", "$.devices[1].resources[0].flags", "hexadecimal");
        assertRefusedWith("\"enabled\": false", "\"enabled\": null", "$.devices[1].enabled", "true or false");
        assertRefusedWith(
                "\"0x1b36\", \"device\": \"0x0005\"",
                "\"0x11b36\", \"device\": \"0x5\"",
                "$.devices[1].vendor",
                "16 bits");
        assertRefusedWith("\"resources\": []", "\"resources\": {}", "$.devices[0].resources", "array");
        assertRefusedWith("0xfffffffffffff000", "0x1fffffffffffff000", "$.devices[1].resources[0].start", "64 bits");
    }

    @Test
    void whatNoMachineCanBeIsRefused() {
        assertRefusedWith(
                "\"0x1000\", \"start\"", "\"0x2000\", \"start\"", "$.devices[1].resources[0].size", "0x1000 bytes");
        assertRefusedWith("\"size\": null", "\"size\": \"0x3000\"", "$.devices[1].resources[1].size", "power of two");
        assertRefusedWith("\"size\": null", "\"size\": \"0x0\"", "$.devices[1].resources[1].size", "power of two");
        assertRefusedWith("\"0xfffffffffffff000\"", "\"0x0\"", "$.devices[1].resources[0].size", "bytes");
        assertRefusedWith(
                "\"end\": \"0xffffffffffffffff\", \"state\"",
                "\"end\": \"0x1\", \"state\"",
                "$.devices[1].resources[0]",
                "below its start");
        assertRefusedWith("\"index\": 2", "\"index\": 0", "$.devices[1].resources[1].index", "ascend");
        assertRefusedWith("\"index\": 2", "\"index\": 14", "$.devices[1].resources[1].kind", "row 14");
        assertRefusedWith("0000:01:00.0", "0000:00:01.0", "$.devices[1].address", "twice");
        assertRefusedWith("\"address\": \"0000:00\"", "\"address\": \"0001:00\"", "$.devices[0].parent", "host bridge");
        assertRefusedWith("\"subordinate\": 1", "\"subordinate\": 0", "$.devices[0].bus", "subordinate");
    }

    @Test
    void parentsThatGoRoundInACircleAreRefused() {
        assertRefusedWith("\"parent\": null", "\"parent\": \"0000:00:01.0\"", "$.devices[0].parent", "circle");
    }

    @Test
    void aDeviceOnAnotherBusThanItsBridgeLeadsToIsRefused() {
        assertRefusedWith("0000:01:00.0", "0000:02:00.0", "$.devices[1].parent", "0000:00:01.0", "bus 0000:01");
        assertRefusedWith("0000:01:00.0", "0001:01:00.0", "$.devices[1].parent", "0000:00:01.0", "bus 0000:01");
        assertRefusedWith("\"secondary\": 1", "\"secondary\": 0", "$.devices[1].parent", "bus 0000:00");
    }

    @Test
    void aParentThatIsNoBridgeIsRefused() {
        assertRefusedWith("\"parent\": null", "\"parent\": \"0000:01:00.0\"", "$.devices[0].parent", "no bridge");
        assertRefusedWith(
                "\"parent\": \"0000:00:01.0\"", "\"parent\": \"0000:00:02.0\"", "$.devices[1].parent", "no bridge");
    }
}
