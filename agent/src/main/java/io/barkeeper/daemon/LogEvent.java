package io.barkeeper.daemon;

/**
 * What is worth finding again in systemd's journal: {@code journalctl MESSAGE_ID=...}. The ids are for ever; they are
 * listed in barkeeperd(8) and explained in the journal's message catalogue.
 */
enum LogEvent {
    /** A plan is being carried out. */
    TRANSACTION_BEGAN("f574769eddc449b9ba2bb1dd7f92ba11"),
    /** It is over; also said of one that an earlier process left unfinished. */
    TRANSACTION_ENDED("ea820ea0c5e44f5fa14d06c3f47bac4e"),
    /** A device has no address for a resource that it needs, or lost one. */
    ALLOCATION_FAILED("25b7a34474834eb686cb757d3135b506"),
    /** Which mode is in force, and why it is lower than what was asked for. */
    MODE("dcb130aff8a844abaf57d140ef6b778b"),
    /** The kernel did not do what the model predicted. */
    PREDICTION_MISSED("32363afe3b9e493692d6fab334aebfc0"),
    /** What would be done about the trouble, or why nothing can be. */
    PLANNED("c11833099d8e49d7b1090decf12ef53a");

    private final String id;

    LogEvent(String id) {
        this.id = id;
    }

    /** 128 bits as 32 lower-case hexadecimal digits. */
    String id() {
        return id;
    }
}
