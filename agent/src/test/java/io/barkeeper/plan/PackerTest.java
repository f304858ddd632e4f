package io.barkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceId;
import io.barkeeper.policy.Policy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PackerTest {

    private static final long BASE = 0x4000_0000L;

    private static Block bar(int number, long size) {
        PciAddress address = new PciAddress(0, 1, number, 0);
        return new Block(
                size,
                List.of(),
                Optional.of(new PlanResult.Place(
                        new ResourceId(address, 0), address + " BAR 0", AddressRange.ofSize(0, size))));
    }

    private static Block window(Block... parts) {
        return new Block(4, List.of(parts), Optional.empty());
    }

    @Test
    void theSmallOneGoesFirstWhereTheLargeOneCannotBeginAtTheBottom() {
        List<PlanResult.Place> places = new ArrayList<>();

        boolean laid =
                Block.layAll(List.of(bar(1, 16), bar(2, 8)), List.of(new AddressRange(BASE + 8, BASE + 31)), places);

        assertThat(laid).isTrue();
        assertThat(places)
                .extracting(PlanResult.Place::range)
                .containsExactly(new AddressRange(BASE + 8, BASE + 15), new AddressRange(BASE + 16, BASE + 31));
    }

    @Test
    void aWindowLiesInOnePieceWithNobodyElseInIt() {
        List<AddressRange> pieces = List.of(new AddressRange(BASE, BASE + 15), new AddressRange(BASE + 32, BASE + 55));
        List<PlanResult.Place> places = new ArrayList<>();

        boolean laid = Block.layAll(List.of(window(bar(1, 8), bar(2, 16)), bar(3, 16)), pieces, places);

        assertThat(laid).isTrue();
        assertThat(places.get(0).name()).startsWith("0000:01:03.0");
        assertThat(places.get(0).range()).isEqualTo(new AddressRange(BASE, BASE + 15));
        assertThat(Block.layAll(List.of(window(bar(1, 16), bar(2, 16)), bar(3, 16)), pieces, new ArrayList<>()))
                .isFalse();
    }

    @Test
    void whatEveryPlacingFindsIsFoundAndNothingElse() {
        for (long seed = 1; seed <= 400; seed++) {
            Random random = new Random(seed);
            int from = random.nextInt(24);
            List<AddressRange> pieces = new ArrayList<>();
            for (int at = from; at < 60 && pieces.size() < 3; at += 2 + random.nextInt(8)) {
                int end = Math.min(63, at + 3 + random.nextInt(24));
                pieces.add(new AddressRange(BASE + at, BASE + end));
                at = end + 1;
            }
            List<Block> bars = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(5); i++) {
                bars.add(bar(i, 1L << random.nextInt(5)));
            }
            List<PlanResult.Place> places = new ArrayList<>();

            boolean laid = Block.layAll(bars, pieces, places);

            assertThat(laid).as("seed %d", seed).isEqualTo(everyPlacing(bars, pieces, 0, 0));
            if (laid) {
                assertThat(places).as("seed %d", seed).hasSameSizeAs(bars);
                holds(places, pieces, "seed " + seed);
            }
        }
    }

    /** Each address for each BAR. */
    private static boolean everyPlacing(List<Block> bars, List<AddressRange> pieces, int next, long taken) {
        if (next == bars.size()) {
            return true;
        }
        int size = (int) bars.get(next).granule();
        for (int at = 0; at + size <= 64; at += size) {
            AddressRange range = AddressRange.ofSize(BASE + at, size);
            long bits = (size == 64 ? -1L : (1L << size) - 1) << at;
            if ((taken & bits) == 0
                    && pieces.stream().anyMatch(p -> p.contains(range))
                    && everyPlacing(bars, pieces, next + 1, taken | bits)) {
                return true;
            }
        }
        return false;
    }

    private static void holds(List<PlanResult.Place> places, List<AddressRange> pieces, String as) {
        for (PlanResult.Place place : places) {
            long size = place.range().size();
            assertThat(place.range().start() & (size - 1)).as(as).isZero();
            assertThat(pieces).as(as).anyMatch(p -> p.contains(place.range()));
            assertThat(places.stream().filter(o -> !o.equals(place) && o.range().overlaps(place.range())))
                    .as(as)
                    .isEmpty();
        }
    }

    @Test
    void layoutsOfRandomMachinesHoldEveryBarOnceAlignedAndApart() {
        int found = 0;
        for (long seed = 1; seed <= 150; seed++) {
            PlanRequest request = RandomTroubles.request(seed, 20).orElseThrow();
            Goal goal = Goal.of(request.topology(), request.history(), request.wished());
            Optional<Layout> layout = Packer.find(goal, request.movability());
            if (layout.isPresent() && !layout.get().places().isEmpty()) {
                found++;
                List<AddressRange> anywhere = new ArrayList<>();
                request.topology().hostBridges().forEach(h -> h.apertures().forEach(a -> anywhere.add(a.range())));
                Set<ResourceId> owners = new HashSet<>();
                layout.get().places().forEach(p -> owners.add(p.resource()));
                assertThat(owners)
                        .as("seed %d", seed)
                        .hasSameSizeAs(layout.get().places());
                assertThat(owners).as("seed %d", seed).allMatch(o -> Policy.mayMove(request.movability(), o.address()));
                nobodyElseIsThere(request, layout.get(), owners, "seed " + seed);
            }
        }
        assertThat(found).isPositive();
    }

    private static void nobodyElseIsThere(PlanRequest request, Layout layout, Set<ResourceId> owners, String as) {
        for (PlanResult.Place place : layout.places()) {
            boolean io = request.topology()
                    .get(place.resource().address())
                    .resource(place.resource().index())
                    .orElseThrow()
                    .kind()
                    .isIo();
            assertThat(place.range().start() & (place.range().size() - 1))
                    .as(as)
                    .isZero();
            request.topology().functions().forEach(f -> {
                if (!Policy.mayMove(request.movability(), f.address())) {
                    for (Resource row : f.resources()) {
                        boolean clash = row.isStandardBar()
                                && row.kind().isIo() == io
                                && row.range().filter(place.range()::overlaps).isPresent();
                        assertThat(clash)
                                .as(as + ": " + place + " on " + f.address())
                                .isFalse();
                    }
                }
            });
        }
        for (PlanResult.Place one : layout.places()) {
            for (PlanResult.Place other : layout.places()) {
                assertThat(!one.equals(other)
                                && sameSpace(request, one, other)
                                && one.range().overlaps(other.range()))
                        .as(as + ": " + one + " and " + other)
                        .isFalse();
            }
        }
        assertThat(owners).isNotEmpty();
    }

    private static boolean sameSpace(PlanRequest request, PlanResult.Place one, PlanResult.Place other) {
        return isIo(request, one) == isIo(request, other);
    }

    private static boolean isIo(PlanRequest request, PlanResult.Place place) {
        return request.topology()
                .get(place.resource().address())
                .resource(place.resource().index())
                .orElseThrow()
                .kind()
                .isIo();
    }

    /** Wherever the planner finds a plan, a layout exists: mostly the packer finds one too, and it never denies one. */
    @Test
    void whereTheKernelFindsALayoutThePackerMostlyFindsOne() {
        int feasible = 0;
        int packed = 0;
        for (long seed = 1; seed <= 100; seed++) {
            PlanRequest request = RandomTroubles.request(seed, 9).orElseThrow();
            boolean whole = Planner.plan(request) instanceof PlanResult.Feasible found
                    && found.plan().leftOut().isEmpty();
            if (whole) {
                Goal goal = Goal.of(request.topology(), request.history(), request.wished());
                feasible++;
                packed += Packer.find(goal, request.movability()).isPresent() ? 1 : 0;
            }
        }
        assertThat(feasible).isPositive();
        assertThat(packed).isGreaterThan(feasible * 3 / 4);
    }
}
