package io.barkeeper.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.PciFunction;
import io.barkeeper.pci.PortType;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.Topology;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scenes that were seen on live kernels, with the layout that SeaBIOS gave those machines. */
class ScenesTest {

    private static final String NEWCOMER = "hotplug:0000:02:03.0:mem32=4K,io=256,mem64pref=256M";

    /** As firmware leaves it: windows below 4 GiB, placed top-down, and I/O only where a device has some. */
    private static Topology firmwareSwitch(String release) {
        Topology blank = Lab.switched(release, "mem64=16K", "mem64=16K", "mem32=4K,io=256,mem64pref=64M")
                .scanned();
        Topology cleared = Lab.closeEverything(blank);
        return Firmware.of(cleared)
                .put("00:02.0", 13, 0xc000, 0xcfff)
                .put("00:02.0", 14, 0xfe200000L, 0xfe9fffffL)
                .put("00:02.0", 15, 0xf4000000L, 0xfbffffffL)
                .put("01:00.0", 13, 0xc000, 0xcfff)
                .put("01:00.0", 14, 0xfe200000L, 0xfe9fffffL)
                .put("01:00.0", 15, 0xf4000000L, 0xfbffffffL)
                .put("02:00.0", 14, 0xfe800000L, 0xfe9fffffL)
                .put("02:00.0", 15, 0xf8400000L, 0xf85fffffL)
                .put("02:01.0", 14, 0xfe600000L, 0xfe7fffffL)
                .put("02:01.0", 15, 0xf8200000L, 0xf83fffffL)
                .put("02:02.0", 13, 0xc000, 0xcfff)
                .put("02:02.0", 14, 0xfe400000L, 0xfe5fffffL)
                .put("02:02.0", 15, 0xf4000000L, 0xf7ffffffL)
                .put("02:03.0", 14, 0xfe200000L, 0xfe3fffffL)
                .put("02:03.0", 15, 0xf8000000L, 0xf81fffffL)
                .put("03:00.0", 0, 0xfe800000L, 0xfe803fffL)
                .put("04:00.0", 0, 0xfe600000L, 0xfe603fffL)
                .put("05:00.0", 0, 0xfe400000L, 0xfe400fffL)
                .put("05:00.0", 1, 0xc000, 0xc0ff)
                .put("05:00.0", 2, 0xf4000000L, 0xf7ffffffL)
                .done();
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-50-amd64", "6.12.107+deb13-amd64", "6.18.15+deb13-amd64", "7.2.12+deb13-amd64"})
    void switchLosesTheNewcomersBarsAndTheNeighboursIo(String release) {
        Topology before = firmwareSwitch(release);

        Prediction failed = Lab.model(before).traced().apply(before, ActionParser.parse(NEWCOMER));

        Topology after = failed.after();
        assertThat(failed.doubts()).isEmpty();
        assertThat(Lab.range(after, "06:00.0", 0)).isPresent();
        assertThat(Lab.range(after, "06:00.0", 1)).isEmpty();
        assertThat(Lab.range(after, "06:00.0", 2)).isEmpty();
        assertThat(Lab.range(after, "02:03.0", 15)).isEmpty();
        assertThat(Lab.row(after, "05:00.0", 1).isOrphan()).isTrue();
        assertThat(Lab.row(after, "05:00.0", 1).size()).hasValue(256);
        assertThat(Lab.row(after, "02:02.0", 13).hardware()).isEqualTo(Decoded.closed());
        assertThat(Lab.row(after, "01:00.0", 13).hardware()).isEqualTo(Decoded.closed());
        assertThat(Lab.range(after, "05:00.0", 2)).isEqualTo(Lab.range(before, "05:00.0", 2));
        assertThat(failed.trace())
                .extracting(TraceLine::text)
                .contains("pci 0000:02:03.0: bridge window [mem size 0x10000000 64bit pref]: can't assign; no space");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0-50-amd64", "6.12.107+deb13-amd64", "6.18.15+deb13-amd64", "7.2.12+deb13-amd64"})
    void removingTheRootPortAndOneRescanPlacesEverything(String release) {
        Topology healed = Lab.apply(firmwareSwitch(release), NEWCOMER, "remove:00:02.0", "rescan");

        for (PciFunction function : healed.functions()) {
            for (Resource resource : function.resources()) {
                assertThat(resource.isWindow() || resource.isAssigned())
                        .as(function.address() + " " + resource.name())
                        .isTrue();
            }
        }
        assertThat(Lab.start(healed, "00:02.0", 15)).isEqualTo(0x1_0000_0000L);
        assertThat(healed.get(Lab.at("03:00.0")).driver()).contains("test");
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0", "6.12.107", "6.18.15", "7.2.12"})
    void portOnTheRootBusFindsRoomByItself(String release) {
        Topology before = Lab.q35(release)
                .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 1)
                .scanned();
        Topology closed = Firmware.of(Lab.closeEverything(before))
                .put("00:02.0", 14, 0xfe800000L, 0xfe9fffffL)
                .put("00:02.0", 15, 0xfe000000L, 0xfe1fffffL)
                .done();

        Topology after = Lab.apply(closed, "hotplug:00:02.0:mem32=4K,io=256,mem64pref=256M");

        assertThat(Lab.start(after, "01:00.0", 2)).isEqualTo(0x1_0000_0000L);
        assertThat(Lab.range(after, "01:00.0", 0)).isPresent();
        assertThat(Lab.range(after, "01:00.0", 1)).isPresent();
    }

    /** A failed port poisons itself only where the hidden size counts: early 6.18. */
    @ParameterizedTest
    @CsvSource({"6.12.107, true", "6.18.9, false", "6.18.15, true", "7.2.12, true"})
    void smallDeviceAfterAFailedBigOne(String release, boolean works) {
        Topology before = Lab.q35(release)
                .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 1)
                .scanned();

        Topology after =
                Lab.apply(before, "hotplug:00:02.0:mem64pref=64G", "unplug:00:02.0", "hotplug:00:02.0:mem64pref=16M");

        assertThat(Lab.range(after, "01:00.0", 0).isPresent()).isEqualTo(works);
    }

    /** Each time a hot-plug bridge with a small I/O BAR is found again, its I/O window grows by 4 KiB from 6.16 on. */
    @ParameterizedTest
    @CsvSource({"6.1.0, 4, 4, 4", "6.18.15, 8, 12, 16", "7.2.12, 8, 12, 16"})
    void ioRatchet(String release, long first, long second, long third) {
        Topology now = Lab.q35(release)
                .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 1)
                .device("01:00.0", "00:02.0", "io=256")
                .scanned();
        for (long expected : List.of(first, second, third)) {
            assertThat(Lab.size(now, "00:02.0", 13)).isEqualTo(expected * Lab.K);
            now = Lab.apply(now, "remove:00:02.0", "rescan");
        }
        Topology closed = Lab.apply(now, "remove:01:00.0", "window:00:02.0:io:closed", "remove:00:02.0", "rescan");
        assertThat(Lab.size(closed, "00:02.0", 13)).isEqualTo(first * Lab.K);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0", "6.12.107", "7.2.12"})
    void enabledBridgeIsNotProgrammedByARescan(String release) {
        Topology before = Firmware.of(Lab.closeEverything(Lab.q35(release)
                        .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 1)
                        .scanned()))
                .done();

        Topology after = Lab.apply(before, "rescan");

        assertThat(Lab.range(after, "00:02.0", 14)).isPresent();
        assertThat(Lab.row(after, "00:02.0", 14).hardware()).isEqualTo(Decoded.closed());
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0", "6.12.107", "6.16.3", "6.18.9", "6.18.15", "6.19.14", "7.0.13", "7.2.12", "7.3.4"})
    void alignmentInflatesASmallBarAndClosesABridge(String release) {
        Topology before = Lab.q35(release)
                .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 1)
                .device("01:00.0", "00:02.0", "mem32=4K")
                .scanned();

        Topology inflated = Lab.apply(before, "align:01:00.0:1M", "remove:01:00.0", "rescan");
        assertThat(Lab.size(inflated, "01:00.0", 0)).isEqualTo(Lab.M);

        Topology again = Lab.apply(inflated.withResourceAlignment(""), "remove:01:00.0", "rescan:00:02.0");
        assertThat(Lab.size(again, "01:00.0", 0)).isEqualTo(4 * Lab.K);
    }

    /** Writing a larger window by hand before the removal is heard by those for which the old size is a floor. */
    @ParameterizedTest
    @CsvSource({"6.1.0, 64", "6.12.107, 64", "6.18.9, 64", "6.18.15, 2", "7.2.12, 2"})
    void oldMemoryWindowIsAFloorUntilEarly618(String release, long expected) {
        Topology before = Lab.q35(release)
                .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 1)
                .scanned();

        Topology after = Lab.apply(before, "window:00:02.0:pref:64M", "remove:00:02.0", "rescan");

        assertThat(Lab.size(after, "00:02.0", 15)).isEqualTo(expected * Lab.M);
    }

    @ParameterizedTest
    @CsvSource({"6.1.0, false", "6.12.107, false", "6.16.3, true", "6.18.15, true", "7.2.12, true"})
    void optionalReserveAloneRipsOutSiblingsSince616(String release, boolean ripped) {
        Topology before = firmwareSwitch(release);

        Topology after = Lab.apply(before, "hotplug:02:03.0:mem32=4K");

        assertThat(Lab.range(after, "06:00.0", 0)).isPresent();
        assertThat(Lab.row(after, "05:00.0", 1).isOrphan()).isEqualTo(ripped);
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0", "6.12.107", "6.18.15", "7.2.12"})
    void acpiHotAddNeverHarmsNeighbours(String release) {
        Topology before = firmwareSwitch(release);

        Topology after = Lab.apply(before, NEWCOMER.replace("hotplug:", "hotplug-acpi:"));

        assertThat(Lab.range(after, "06:00.0", 2)).isEmpty();
        assertThat(Lab.range(after, "06:00.0", 0)).isPresent();
        assertThat(Lab.range(after, "05:00.0", 1)).isPresent();
        assertThat(Lab.range(after, "02:03.0", 15)).isEqualTo(Lab.range(before, "02:03.0", 15));
    }

    @ParameterizedTest
    @ValueSource(strings = {"6.1.0", "7.2.12"})
    void unknownSizeThatTakesPartIsADoubt(String release) {
        Topology known = Lab.q35(release)
                .port("00:02.0", "", PortType.ROOT_PORT, true, 1, 1)
                .device("01:00.0", "00:02.0", "mem32=4K,mem32=4K")
                .scanned();
        Topology before = known.map(f -> f.withResources(f.resources().stream()
                .map(r -> f.address().equals(Lab.at("01:00.0")) && r.index() == 1
                        ? Resource.unassigned(1, r.kind(), 0, OptionalLong.empty(), Decoded.closed())
                        : r)
                .toList()));

        KernelModel model = Lab.model(before);
        assertThat(model.apply(before, new Action.RescanAll()).doubts()).isEmpty();
        Prediction found =
                model.applyAll(before, List.of(new Action.Remove(Lab.at("00:02.0")), new Action.RescanAll()));
        assertThat(found.doubts()).extracting(Doubt::address, Doubt::index).contains(tuple(Lab.at("01:00.0"), 1));
    }

    /** Sets ranges as firmware would, in sysfs and in registers. */
    static final class Firmware {

        private Topology topology;

        private Firmware(Topology topology) {
            this.topology = topology;
        }

        static Firmware of(Topology topology) {
            return new Firmware(topology);
        }

        Firmware put(String address, int row, long start, long end) {
            var range = new AddressRange(start, end);
            topology = topology.map(f -> f.address().equals(Lab.at(address))
                    ? f.withResources(f.resources().stream()
                            .map(r -> r.index() == row
                                    ? Resource.assigned(row, r.kind(), flags(r), range, Decoded.at(range))
                                    : r)
                            .toList())
                    : f);
            return this;
        }

        private static long flags(Resource r) {
            return r.index() == Resource.WINDOW_PREF ? NaturalFlags.prefetchable(true) : NaturalFlags.of(r.kind());
        }

        Topology done() {
            return topology;
        }
    }
}
