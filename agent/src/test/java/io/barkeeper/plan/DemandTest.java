package io.barkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemandTest {

    private static final long M = 1 << 20;
    private static final PciAddress ONE = PciAddress.parse("0000:01:00.0");
    private static final PciAddress OTHER = PciAddress.parse("0000:02:00.0");

    @Test
    void whatFitsInSumAndInBlocksIsNoExcess() {
        Demand demand = new Demand(List.of(AddressRange.ofSize(0x4000_0000L, 64 * M)));
        demand.add(ONE, 32 * M);
        demand.add(OTHER, 32 * M);

        assertThat(demand.excess()).isEmpty();
    }

    @Test
    void aPieceThatBeginsBetweenTwoBlocksHoldsOneBlockLess() {
        Demand demand = new Demand(List.of(AddressRange.ofSize(0x4000_0000L + 16 * M, 64 * M)));
        demand.add(ONE, 32 * M);
        demand.add(OTHER, 32 * M);

        assertThat(demand.excess()).hasValue(new Demand.Excess(32 * M, 32 * M, 64 * M));
    }

    @Test
    void smallOnesFindRoomBesideLargeOnes() {
        Demand demand = new Demand(List.of(AddressRange.ofSize(0x4000_0000L + 16 * M, 64 * M)));
        demand.add(ONE, 32 * M);
        demand.add(OTHER, 16 * M);

        assertThat(demand.excess()).isEmpty();
    }

    @Test
    void theNearestChangeIsTheSmallestDeviceThatHasEnough() {
        Demand demand = new Demand(List.of(AddressRange.ofSize(0x4000_0000L, 64 * M)));
        demand.add(ONE, 64 * M);
        demand.add(OTHER, 16 * M);

        assertThat(demand.remedy(demand.excess().orElseThrow())).startsWith("16 MiB less in 0000:02:00.0");
    }

    @Test
    void theTopOfTheAddressSpaceCountsAsAnyOther() {
        Demand demand = new Demand(List.of(new AddressRange(-64 * M, -1)));
        demand.add(ONE, 64 * M);

        assertThat(demand.excess()).isEmpty();
    }
}
