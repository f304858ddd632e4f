package io.barkeeper.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineBufferTest {

    private final LineBuffer buffer = new LineBuffer();

    @Test
    void aLineComesWhenItIsComplete() {
        append("{\"id\"");
        assertThat(buffer.next()).isEmpty();
        assertThat(buffer.size()).isEqualTo(5);

        append(":1}\nrest");

        assertThat(buffer.next()).contains("{\"id\":1}");
        assertThat(buffer.next()).isEmpty();
        assertThat(buffer.size()).isEqualTo(4);
    }

    @Test
    void anEmptyLineIsALine() {
        append("\n\nx\n");

        assertThat(List.of(buffer.next(), buffer.next(), buffer.next()))
                .containsExactly(Optional.of(""), Optional.of(""), Optional.of("x"));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverThePiecesAllLinesComeInOrder(long seed) {
        Random random = new Random(seed);
        List<String> lines = IntStream.range(0, 2000)
                .mapToObj(i -> i + "ä".repeat(random.nextInt(40)))
                .toList();
        byte[] all = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
        List<String> taken = new ArrayList<>();

        int at = 0;
        while (at < all.length) {
            int length = Math.min(all.length - at, 1 + random.nextInt(6000));
            buffer.append(ByteBuffer.wrap(all, at, length));
            at += length;
            for (int i = random.nextInt(80); i > 0; i--) {
                buffer.next().ifPresent(taken::add);
            }
        }
        IntStream.range(0, lines.size()).forEach(i -> buffer.next().ifPresent(taken::add));

        assertThat(taken).as("seed " + seed).isEqualTo(lines);
        assertThat(buffer.size()).isZero();
    }

    private void append(String text) {
        buffer.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
