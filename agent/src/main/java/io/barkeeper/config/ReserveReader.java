package io.barkeeper.config;

import io.barkeeper.kernel.ActionSyntaxException;
import io.barkeeper.kernel.DeviceSpec;
import io.barkeeper.plan.Reserve;
import io.barkeeper.plan.Wish;
import io.barkeeper.policy.Selector;
import java.util.Optional;

/** Reads the keys of one {@code [[reserve]]}, in any order. */
final class ReserveReader implements SectionReader {

    static final String KEYS = "port, size";

    private Optional<Selector.Place> port = Optional.empty();
    private Optional<DeviceSpec> device = Optional.empty();
    private String size = "";

    @Override
    public void set(String key, Object value) throws BadValue {
        switch (key) {
            case "port" -> port = Optional.of(place(Values.string(value)));
            case "size" -> {
                size = Values.string(value);
                device = Optional.of(device(size));
            }
            default -> throw new BadValue("a reserve has no such key; it knows " + KEYS);
        }
    }

    @Override
    public String into(Draft draft) throws BadValue {
        if (port.isEmpty() || device.isEmpty()) {
            throw new BadValue("a reserve needs port = \"...\" and size = \"...\"");
        }
        if (draft.wishes.stream().anyMatch(w -> w.port().equals(port.get()))) {
            throw new BadValue("there is a reserve for port " + port.get().text() + " already");
        }
        draft.wishes.add(new Wish(port.get(), device.get()));
        return port.get().text() + ", " + size;
    }

    private static Selector.Place place(String text) throws BadValue {
        if (Selector.parse(text).orElse(null) instanceof Selector.Place place) {
            return place;
        }
        throw new BadValue("'" + text + "' is no port; write its address, like \"0000:02:03.0\", or its path, like"
                + " \"0000:00:01.0/00.0/03.0\"");
    }

    private static DeviceSpec device(String text) throws BadValue {
        try {
            return Reserve.device(text);
        } catch (ActionSyntaxException e) {
            throw new BadValue(
                    "'" + text + "' is neither a size, like \"256M\", nor a device as simulate takes it, like"
                            + " \"mem32=4K,io=256,mem64pref=256M\"");
        }
    }
}
