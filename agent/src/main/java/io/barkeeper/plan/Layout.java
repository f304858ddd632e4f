package io.barkeeper.plan;

import io.barkeeper.plan.PlanResult.Place;
import java.util.List;

/**
 * A layout that would do, whether or not this kernel can be brought to make it.
 *
 * @param places where each BAR that may move would lie, ascending by address
 */
record Layout(List<Place> places) {

    private static final int NAMED = 6;

    Layout {
        places = List.copyOf(places);
    }

    /** In words, the first few of them. */
    String describe() {
        List<String> named = places.stream()
                .limit(NAMED)
                .map(p -> p.name() + " at " + p.range())
                .toList();
        return String.join(", ", named) + (places.size() > NAMED ? " and " + (places.size() - NAMED) + " more" : "");
    }
}
