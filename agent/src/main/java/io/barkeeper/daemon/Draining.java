package io.barkeeper.daemon;

/** What a transaction leaves behind in the stream of uevents. */
interface Draining {

    /** Takes what was heard while the loop's thread was busy with its own changes; it is no new cause. */
    void forgetOwn();

    /** Something may have changed although nothing was heard: asks for another round. */
    void again();
}
