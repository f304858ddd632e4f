package io.barkeeper.control;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * As much of HTTP/1.1 as a scrape needs: one GET of {@code /metrics}, one answer, end of connection (RFC 9112). The
 * request's header is at most 8 KiB and comes within two seconds.
 */
final class HttpDialogue implements Dialogue {

    private static final int LONGEST_HEADER = 8192;
    private static final long LONGEST_ANSWER = 64L << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Connection connection;
    private final String contentType;
    private final Supplier<String> page;
    private final StringBuilder header = new StringBuilder();
    private boolean answered;

    HttpDialogue(Connection connection, String contentType, Supplier<String> page) {
        this.connection = connection;
        this.contentType = contentType;
        this.page = page;
    }

    @Override
    public void received(ByteBuffer bytes) {
        if (answered) {
            return;
        }
        header.append(StandardCharsets.ISO_8859_1.decode(bytes));
        if (header.indexOf("\r\n\r\n") >= 0 || header.indexOf("\n\n") >= 0) {
            answer(header.substring(0, header.indexOf("\n")).strip());
        } else if (header.length() > LONGEST_HEADER) {
            send("431 Request Header Fields Too Large", "text/plain", "a header of more than 8 KiB\n");
        }
    }

    private void answer(String requestLine) {
        String[] words = requestLine.split(" ", -1);
        if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
            send("400 Bad Request", "text/plain", "this is not HTTP/1.1\n");
        } else if (!words[0].equals("GET")) {
            send("405 Method Not Allowed", "text/plain", "only GET is served here\n");
        } else if (!words[1].equals("/metrics") && !words[1].startsWith("/metrics?")) {
            send("404 Not Found", "text/plain", "only /metrics is served here\n");
        } else {
            send("200 OK", contentType, page.get());
        }
    }

    private void send(String status, String type, String body) {
        answered = true;
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nContent-Length: " + content.length
                + "\r\nConnection: close\r\n\r\n";
        connection.send(head.getBytes(StandardCharsets.US_ASCII), LONGEST_ANSWER);
        connection.send(content, LONGEST_ANSWER);
        connection.finish();
    }

    @Override
    public Duration patience() {
        return PATIENCE;
    }

    @Override
    public void closed() {
        answered = true;
    }
}
