package io.barkeeper.lab;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Predicate;

/** QEMU's control connection (docs/interop/qmp-spec): hardware comes and goes through it. Not safe for several threads. */
public final class Qmp implements Closeable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final LineChannel channel;
    private final Deque<JsonObject> events = new ArrayDeque<>();

    Qmp(LineChannel channel) {
        this.channel = channel;
        channel.next(DEADLINE, "QMP greeting");
        execute("qmp_capabilities", new JsonObject());
    }

    /** Runs a command and returns its {@code return} member. An error is a {@link LabException} with QEMU's words. */
    public JsonObject execute(String command, JsonObject arguments) {
        JsonObject request = new JsonObject();
        request.addProperty("execute", command);
        request.add("arguments", arguments);
        channel.send(request.toString());
        while (true) {
            JsonObject answer = read(DEADLINE, command);
            if (answer.has("return")) {
                return answer.get("return").isJsonObject() ? answer.getAsJsonObject("return") : new JsonObject();
            }
            if (answer.has("error")) {
                throw new LabException("QEMU refused " + request + ": "
                        + answer.getAsJsonObject("error").get("desc").getAsString());
            }
            events.add(answer);
        }
    }

    /** Plugs a device in, given as on QEMU's command line: {@code pci-testdev,id=new,bus=p3,membar=256M}. */
    public void plug(String device) {
        execute("device_add", arguments(device, "driver"));
    }

    /** Plugs a memory card in, see {@link MachineSpec#memoryCard}. */
    public void plugMemoryCard(String id, String bus, String bar2) {
        execute("object-add", arguments("memory-backend-ram,id=" + id + "-ram,size=" + bar2, "qom-type"));
        plug("ivshmem-plain,id=" + id + ",bus=" + bus + ",memdev=" + id + "-ram");
    }

    /** Adds a block device, given as on QEMU's command line: {@code driver=null-co,node-name=n,size=1048576}. */
    public void addBlockDevice(String device) {
        execute("blockdev-add", arguments(device, "driver"));
    }

    /** Asks the guest to give a device up and waits until it is gone. */
    public void unplug(String id) {
        requestUnplug(id);
        awaitEvent("DEVICE_DELETED", event -> {
            JsonObject data = event.getAsJsonObject("data");
            return data.has("device") && data.get("device").getAsString().equals(id);
        });
    }

    /** Asks the guest to give a device up, and returns at once. */
    public void requestUnplug(String id) {
        JsonObject arguments = new JsonObject();
        arguments.addProperty("id", id);
        execute("device_del", arguments);
    }

    /** Presses keys of the guest's keyboard together. */
    void pressKeys(String... names) {
        JsonArray keys = new JsonArray();
        for (String name : names) {
            JsonObject key = new JsonObject();
            key.addProperty("type", "qcode");
            key.addProperty("data", name);
            keys.add(key);
        }
        JsonObject arguments = new JsonObject();
        arguments.add("keys", keys);
        execute("send-key", arguments);
    }

    /** Resets the guest as its button would. */
    public void reset() {
        execute("system_reset", new JsonObject());
    }

    /** Waits up to 60 s for an event, one that came before included. */
    public JsonObject awaitEvent(String name, Predicate<JsonObject> matches) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (true) {
            for (Iterator<JsonObject> it = events.iterator(); it.hasNext(); ) {
                JsonObject event = it.next();
                if (event.has("event") && event.get("event").getAsString().equals(name) && matches.test(event)) {
                    it.remove();
                    return event;
                }
            }
            events.add(read(Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime())), "event " + name));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private JsonObject read(Duration deadline, String awaited) {
        return JsonParser.parseString(channel.next(deadline, awaited)).getAsJsonObject();
    }

    /** QMP wants typed values, the command line has words: numbers and switches are turned, sizes with a suffix stay words. */
    static JsonObject arguments(String commandLine, String firstKey) {
        JsonObject arguments = new JsonObject();
        for (String word : commandLine.split(",")) {
            int equals = word.indexOf('=');
            String key = equals < 0 ? firstKey : word.substring(0, equals);
            String value = word.substring(equals + 1);
            if (value.equals("on") || value.equals("off")) {
                arguments.addProperty(key, value.equals("on"));
            } else if (value.matches("[0-9]+[KMGT]?")
                    && !key.equals("id")
                    && !key.equals("serial")
                    && !key.equals("addr")) {
                arguments.addProperty(key, bytes(value));
            } else {
                arguments.addProperty(key, value);
            }
        }
        return arguments;
    }

    private static long bytes(String value) {
        int shift = 10 * (1 + "KMGT".indexOf(value.charAt(value.length() - 1)));
        return shift == 0 ? Long.parseLong(value) : Long.parseLong(value.substring(0, value.length() - 1)) << shift;
    }
}
