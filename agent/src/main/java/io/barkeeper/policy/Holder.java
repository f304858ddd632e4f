package io.barkeeper.policy;

/**
 * Somebody who uses a device.
 *
 * @param kind how
 * @param name what an operator would look for: a mount point, a process, an interface
 * @param detail more of it, for example the device node; may be empty
 */
public record Holder(Kind kind, String name, String detail) {

    /** How a device is held. */
    public enum Kind {
        MOUNT,
        SWAP,
        BLOCK_HOLDER,
        EXCLUSIVE_OPEN,
        PROCESS,
        INTERFACE_UP,
        VFIO,
        UNREADABLE,
        DRIVER,
        HOOK
    }

    @Override
    public String toString() {
        String what = switch (kind) {
            case MOUNT -> "mounted on ";
            case SWAP -> "swap on ";
            case BLOCK_HOLDER -> "held by block device ";
            case EXCLUSIVE_OPEN -> "opened exclusively: ";
            case PROCESS -> "open in ";
            case INTERFACE_UP -> "interface up: ";
            case VFIO -> "VFIO group ";
            case UNREADABLE -> "cannot be checked: ";
            case DRIVER -> "driver ";
            case HOOK -> "vetoed by its hook ";
        };
        return what + name + (detail.isEmpty() ? "" : " (" + detail + ")");
    }
}
