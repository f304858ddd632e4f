package io.barkeeper.kernel;

/** A resource that could not be placed, with what it was when that happened: an entry of the kernel's fail list. */
record Failure(LiveResource resource, long start, long end, long flags) {

    static Failure of(LiveResource resource) {
        return new Failure(resource, resource.start, resource.end, resource.flags);
    }

    void restore() {
        resource.start = start;
        resource.end = end;
        resource.flags = flags;
    }
}
