package io.barkeeper.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The file of one transaction, open for appending. Used by one thread, which must not be interrupted. */
public final class TransactionLog implements AutoCloseable {

    private final FileChannel channel;
    private boolean atLineStart;

    private TransactionLog(FileChannel channel, boolean atLineStart) {
        this.channel = channel;
        this.atLineStart = atLineStart;
    }

    static TransactionLog create(Path file) throws IOException {
        return new TransactionLog(
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), true);
    }

    static TransactionLog reopen(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        long size = channel.size();
        ByteBuffer last = ByteBuffer.allocate(1);
        boolean whole = size == 0 || (channel.read(last, size - 1) == 1 && last.get(0) == '\n');
        channel.position(size);
        return new TransactionLog(channel, whole);
    }

    /**
     * Appends a record and returns when it is on disk.
     *
     * @throws IOException when it could not be written; a part of it may be there, and the next record begins a new line
     */
    public void append(Entry entry) throws IOException {
        if (!atLineStart) {
            write(new byte[] {'\n'});
        }
        atLineStart = false;
        write(Line.write(entry));
        atLineStart = true;
        channel.force(false);
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // Every record was forced to disk when it was appended.
            return;
        }
    }
}
