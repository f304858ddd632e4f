package io.barkeeper.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.PciAddress;
import io.barkeeper.plan.Arrivals;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class InstrumentsTest {

    private final Instruments instruments =
            new Instruments("1.0", "6.12", "K612", List.of("observe", "confirm", "automatic"));

    @Test
    void hasEverySeriesOfAClosedSetFromTheStart() {
        assertThat(instruments.scrape())
                .contains("barkeeper_allocation_failures_total{cause=\"no_space\",kind=\"mem64pref\"} 0.0")
                .contains("barkeeper_unassigned_resources{class=\"fatal\",kind=\"io\"} 0.0")
                .contains("barkeeper_transactions_total{outcome=\"rolled_back\"} 0.0")
                .contains("barkeeper_transaction_seconds_count 0")
                .contains("barkeeper_plan_seconds_count{outcome=\"infeasible\"} 0")
                .contains("barkeeper_device_outage_seconds_count 0")
                .contains("barkeeper_moved_resources_total 0.0")
                .contains("barkeeper_predictions_total{result=\"miss\"} 0.0")
                .contains("barkeeper_uevents_total{action=\"add\"} 0.0")
                .contains("barkeeper_uevent_overflows_total 0.0")
                .contains("barkeeper_mode{mode=\"observe\"} 0.0")
                .contains("barkeeper_build_info{generation=\"K612\",kernel=\"6.12\",version=\"1.0\"} 1")
                .contains("# HELP barkeeper_allocation_failures_total ");
    }

    @Test
    void forgetsABridgeThatHasGone() {
        instruments.room(List.of(
                new Room("0000:00:01.0", Map.of("mem", new Room.Space(4096, 1024)), 3),
                new Room("0000:00:02.0", Map.of(), 0)));
        assertThat(instruments.scrape())
                .contains("barkeeper_window_free_bytes{bridge=\"0000:00:01.0\",kind=\"mem\"} 4096.0")
                .contains("barkeeper_window_largest_free_bytes{bridge=\"0000:00:01.0\",kind=\"mem\"} 1024.0")
                .contains("barkeeper_bus_numbers_free{bridge=\"0000:00:01.0\"} 3.0");

        instruments.room(List.of(new Room("0000:00:02.0", Map.of(), 0)));

        assertThat(instruments.scrape()).doesNotContain("0000:00:01.0");
    }

    @Test
    void countsAnUnknownActionAsOther() {
        instruments.uevent("dance");

        assertThat(instruments.scrape()).contains("barkeeper_uevents_total{action=\"other\"} 1.0");
    }

    @Test
    void tellsWhatFitsIntoTheSlotsThatAreEmptyNow() {
        PciAddress port = PciAddress.parse("0000:02:03.0");
        instruments.slots(List.of(
                new Arrivals.Slot(port, OptionalLong.of(1 << 21), Optional.of(new Arrivals.Moved(1 << 28, 3))),
                new Arrivals.Slot(PciAddress.parse("0000:02:04.0"), OptionalLong.empty(), Optional.empty())));
        assertThat(instruments.scrape())
                .contains("# TYPE barkeeper_slot_largest_bar_bytes gauge")
                .contains("barkeeper_slot_largest_bar_bytes{kind=\"pref\",port=\"0000:02:03.0\"} 2097152.0")
                .contains("barkeeper_slot_largest_bar_bytes{kind=\"pref\",port=\"0000:02:04.0\"} 0.0")
                .contains(
                        "barkeeper_slot_largest_bar_by_moving_bytes{kind=\"pref\",port=\"0000:02:03.0\"} 2.68435456E8")
                .contains("barkeeper_slot_largest_bar_by_moving_devices{kind=\"pref\",port=\"0000:02:03.0\"} 3.0")
                .doesNotContain("barkeeper_slot_largest_bar_by_moving_bytes{kind=\"pref\",port=\"0000:02:04.0\"}");

        instruments.slots(List.of());

        assertThat(instruments.scrape()).doesNotContain("0000:02:03.0");
    }
}
