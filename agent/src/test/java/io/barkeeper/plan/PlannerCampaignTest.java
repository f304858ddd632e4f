package io.barkeeper.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A sample of the campaign {@code scripts/torture plan}: the same checks on the first seeds. */
class PlannerCampaignTest {

    @Test
    void bruteForceFindsNothingCheaper() {
        Tally tally = new Tally();
        for (long seed = 1; seed <= 150; seed++) {
            PlanChecks.noWorseThanBruteForce(seed, 9, tally);
        }
        assertThat(tally.failures).isEmpty();
        assertThat(tally.feasible).as(tally.toString()).hasPositiveValue();
        assertThat(tally.refused).as(tally.toString()).hasPositiveValue();
    }

    /** On this machine the release set of least cost has such a neighbour without the port above it. */
    @Test
    void aNeighbourWithAReleasedBarLeavesByItself() {
        Tally tally = new Tally();
        PlanChecks.noWorseThanBruteForce(1977, 9, tally);
        assertThat(tally.failures).isEmpty();
        assertThat(tally.feasible).hasValue(1);
    }

    @Test
    void bruteForceFindsNothingCheaperInTwoRounds() {
        Tally tally = new Tally();
        for (long seed = 60; seed <= 75; seed++) {
            PlanChecks.noWorseThanBruteForceInTwoRounds(seed, 9, tally);
        }
        assertThat(tally.failures).isEmpty();
        assertThat(tally.machines()).as(tally.toString()).isPositive();
    }

    @Test
    void noDeviceThatWorkedIsWorseOff() {
        Tally tally = new Tally();
        for (long seed = 1; seed <= 60; seed++) {
            PlanChecks.nobodyIsWorseOff(seed, 30, tally);
        }
        assertThat(tally.failures).isEmpty();
        assertThat(tally.feasible).as(tally.toString()).hasPositiveValue();
    }
}
