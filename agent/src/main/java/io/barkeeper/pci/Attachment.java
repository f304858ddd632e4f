package io.barkeeper.pci;

/**
 * What hangs on a function and must be there again after it moved.
 *
 * @param kind disk or network interface
 * @param name the kernel's name, which may change when the driver binds anew: {@code nvme0n1}, {@code eth0}
 * @param identity what does not change: WWID and size in bytes of a disk, MAC address of an interface
 */
public record Attachment(Kind kind, String name, String identity) {

    /** Kinds of things that hang on a function. */
    public enum Kind {
        DISK,
        INTERFACE
    }
}
