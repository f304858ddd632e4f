package io.barkeeper.transaction;

import io.barkeeper.journal.Entry;
import io.barkeeper.journal.TransactionLog;
import io.barkeeper.journal.Transcript;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The journal of a running transaction. A write that fails is remembered; it is the caller who decides to go on. */
final class Recorder implements AutoCloseable {

    private final String id;
    private final TransactionLog log;
    private final Ticker ticker;
    private final List<String> failures = new ArrayList<>();
    private int number;

    Recorder(String id, TransactionLog log, Ticker ticker) {
        this.id = id;
        this.log = log;
        this.ticker = ticker;
    }

    /** Steps are numbered on from those that the process before has begun, so no number stands twice in one journal. */
    Recorder goingOnAfter(Transcript earlier) {
        for (Entry entry : earlier.entries()) {
            if (entry instanceof Entry.Before before) {
                number = Math.max(number, before.number());
            }
        }
        return this;
    }

    /** The transaction's number. */
    String id() {
        return id;
    }

    /** True when the record is on disk. */
    boolean write(Entry entry) {
        try {
            log.append(entry);
            return true;
        } catch (IOException e) {
            failures.add("the journal could not be written: " + e.getMessage());
            return false;
        }
    }

    boolean before(String effect, String phase) {
        number++;
        return write(new Entry.Before(number, effect, phase, ticker.epochMicros()));
    }

    void after(String outcome, String detail) {
        write(new Entry.After(number, outcome, detail, ticker.epochMicros()));
    }

    void note(String text) {
        write(new Entry.Note(text, ticker.epochMicros()));
    }

    void end(Verdict verdict, String message) {
        write(new Entry.End(verdict.label(), message, ticker.epochMicros()));
    }

    /** What could not be written, in words. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        log.close();
    }
}
