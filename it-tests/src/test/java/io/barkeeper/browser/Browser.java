package io.barkeeper.browser;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Chromium without a window, driven by its DevTools protocol: one page, which a test opens, presses keys in and asks
 * questions of. What the page logs as an error is kept.
 */
final class Browser implements AutoCloseable {

    private static final String PROGRAM = "chromium";
    private static final String LISTENING = "DevTools listening on ";

    /** On a loaded machine. A browser that takes longer is stuck. */
    private static final int PATIENCE_SECONDS = 180;

    private final Process process;
    private final WebSocket socket;
    private final BlockingQueue<JsonObject> messages;
    private final List<JsonObject> events = new ArrayList<>();
    private int last;

    private Browser(Process process, WebSocket socket, BlockingQueue<JsonObject> messages) {
        this.process = process;
        this.socket = socket;
        this.messages = messages;
    }

    /** Why there is none; empty where there is one. */
    static Optional<String> missing() {
        boolean found = Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(d -> Files.isExecutable(Path.of(d, PROGRAM)));
        return found ? Optional.empty() : Optional.of("there is no " + PROGRAM + ": apt-get install " + PROGRAM);
    }

    /** @param profile an empty folder */
    static Browser start(Path profile) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        PROGRAM,
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .start();
        try {
            URI browser = listening(process);
            HttpClient http = HttpClient.newHttpClient();
            URI pages = URI.create("http://127.0.0.1:" + browser.getPort() + "/json/list");
            String answer = http.send(HttpRequest.newBuilder(pages).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            BlockingQueue<JsonObject> messages = new LinkedBlockingQueue<>();
            WebSocket socket = http.newWebSocketBuilder()
                    .buildAsync(page(answer), new Listener(messages))
                    .join();
            Browser started = new Browser(process, socket, messages);
            for (String domain : List.of("Runtime", "Log", "Page")) {
                started.call(domain + ".enable", new JsonObject());
            }
            return started;
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Reads on in the background, so that the browser never waits for a reader. */
    private static URI listening(Process process) throws IOException {
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        List<String> heard = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            heard.add(line);
            if (line.startsWith(LISTENING)) {
                Thread drain = new Thread(() -> output.lines().forEach(l -> {}), "browser-output");
                drain.setDaemon(true);
                drain.start();
                return URI.create(line.substring(LISTENING.length()).strip());
            }
        }
        throw new IOException("the browser did not start: " + heard);
    }

    private static URI page(String answer) throws IOException {
        for (JsonElement target : JsonParser.parseString(answer).getAsJsonArray()) {
            if (target.getAsJsonObject().get("type").getAsString().equals("page")) {
                return URI.create(
                        target.getAsJsonObject().get("webSocketDebuggerUrl").getAsString());
            }
        }
        throw new IOException("the browser has no page: " + answer);
    }

    /** Puts the parts of each message together. */
    private static final class Listener implements WebSocket.Listener {
        private final BlockingQueue<JsonObject> messages;
        private final StringBuilder parts = new StringBuilder();

        Listener(BlockingQueue<JsonObject> messages) {
            this.messages = messages;
        }

        @Override
        @SuppressWarnings("NullAway") // null asks for no more than the message itself (WebSocket.Listener)
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean isLast) {
            parts.append(data);
            if (isLast) {
                messages.add(JsonParser.parseString(parts.toString()).getAsJsonObject());
                parts.setLength(0);
            }
            socket.request(1);
            return null;
        }
    }

    private JsonObject next() throws IOException, InterruptedException {
        JsonObject message = messages.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new IOException("the browser has said nothing for " + PATIENCE_SECONDS + " s");
        }
        if (message.has("method")) {
            events.add(message);
        }
        return message;
    }

    private JsonObject call(String method, JsonObject params) throws IOException, InterruptedException {
        JsonObject request = new JsonObject();
        int id = ++last;
        request.addProperty("id", id);
        request.addProperty("method", method);
        request.add("params", params);
        socket.sendText(request.toString(), true).join();
        while (true) {
            JsonObject message = next();
            if (message.has("id") && message.get("id").getAsInt() == id) {
                if (message.has("error")) {
                    throw new IOException(method + ": " + message.get("error"));
                }
                return message.getAsJsonObject("result");
            }
        }
    }

    private static JsonObject params(String json) {
        return JsonParser.parseString(json).getAsJsonObject();
    }

    /** Opens a file and waits until it is loaded. */
    void open(Path file) throws IOException, InterruptedException {
        events.clear();
        JsonObject params = new JsonObject();
        params.addProperty("url", file.toUri().toString());
        call("Page.navigate", params);
        while (events.stream().noneMatch(e -> e.get("method").getAsString().equals("Page.loadEventFired"))) {
            next();
        }
    }

    void width(int pixels) throws IOException, InterruptedException {
        call(
                "Emulation.setDeviceMetricsOverride",
                params("{\"width\": " + pixels + ", \"height\": 900, \"deviceScaleFactor\": 1, \"mobile\": false}"));
    }

    /** @param scheme {@code light} or {@code dark} */
    void media(String medium, String scheme) throws IOException, InterruptedException {
        call(
                "Emulation.setEmulatedMedia",
                params("{\"media\": \"" + medium
                        + "\", \"features\": [{\"name\": \"prefers-color-scheme\", \"value\": \"" + scheme + "\"}]}"));
    }

    /** The value of an expression in the page; of a promise, once it is kept. */
    JsonElement value(String expression) throws IOException, InterruptedException {
        JsonObject params = params("{\"returnByValue\": true, \"awaitPromise\": true}");
        params.addProperty("expression", expression);
        JsonObject result = call("Runtime.evaluate", params);
        if (result.has("exceptionDetails")) {
            throw new IOException(expression + ": " + result.get("exceptionDetails"));
        }
        return result.getAsJsonObject("result").get("value");
    }

    boolean holds(String expression) throws IOException, InterruptedException {
        return value("Boolean(" + expression + ")").getAsBoolean();
    }

    /** Waits until it holds. */
    void await(String expression) throws IOException, InterruptedException {
        value("new Promise(done => { const look = () => (" + expression
                + ") ? done(true) : setTimeout(look, 10); look(); })");
    }

    /** Presses a key and lets go of it, as the keyboard does. */
    void press(String key, int code, String text) throws IOException, InterruptedException {
        JsonObject down = new JsonObject();
        down.addProperty("type", text.isEmpty() ? "rawKeyDown" : "keyDown");
        down.addProperty("key", key);
        down.addProperty("code", key);
        down.addProperty("windowsVirtualKeyCode", code);
        if (!text.isEmpty()) {
            down.addProperty("text", text);
        }
        call("Input.dispatchKeyEvent", down);
        JsonObject up = down.deepCopy();
        up.addProperty("type", "keyUp");
        up.remove("text");
        call("Input.dispatchKeyEvent", up);
    }

    /** What the page threw or logged as an error since it was opened. */
    List<String> errors() {
        return events.stream()
                .filter(e -> {
                    String method = e.get("method").getAsString();
                    return method.equals("Runtime.exceptionThrown")
                            || (method.equals("Log.entryAdded") && e.toString().contains("\"level\":\"error\""))
                            || (method.equals("Runtime.consoleAPICalled")
                                    && e.toString().contains("\"type\":\"error\""));
                })
                .map(JsonObject::toString)
                .toList();
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
