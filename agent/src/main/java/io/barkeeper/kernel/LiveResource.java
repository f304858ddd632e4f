package io.barkeeper.kernel;

import static io.barkeeper.pci.AddressRange.below;

import io.barkeeper.pci.AddressRange;
import io.barkeeper.pci.Decoded;
import io.barkeeper.pci.Resource;
import io.barkeeper.pci.ResourceFlags;
import io.barkeeper.pci.ResourceKind;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A resource while the model works on it: the kernel's {@code struct resource} with its place in the tree of
 * resources, and beside it what the registers hold. {@code start}, {@code end} and {@code flags} mean exactly what they
 * mean in the kernel, stale values of unassigned resources included, since later passes read them. A resource is
 * assigned when it has a {@link #parent}.
 */
final class LiveResource {

    private static final LiveResource[] NONE = {};
    private static final long TYPE_OF_WINDOW =
            ResourceFlags.IO | ResourceFlags.MEM | ResourceFlags.PREFETCH | ResourceFlags.MEM_64;

    /** The function that has it; none for a host bridge's aperture and for what others reserved. */
    final @Nullable LiveFunction owner;

    /** The row that it was read from; none for what the model made up. */
    final @Nullable Resource origin;

    final int index;
    final ResourceKind kind;
    final String label;

    long start;
    long end;
    long flags;

    @Nullable
    LiveResource parent;

    private LiveResource[] children = NONE;
    private int childCount;

    /** Bytes that the hardware really decodes, whatever size the kernel was told to assume; -1 when unknown. */
    long decodedSize = -1;

    /** Alignment of a VF BAR: bytes of one VF. */
    long sizeOfOneVf;

    /** What the registers hold. */
    Decoded registers = Decoded.closed();

    /** The entry of this resource on the list of optional additions, while one exists. */
    @Nullable
    OptionalAddition addition;

    /** The queue in which it waits for assignment, as a running number; 0 for none. */
    int queue;

    LiveResource(@Nullable LiveFunction owner, int index, ResourceKind kind, String label) {
        this.owner = owner;
        this.origin = null;
        this.index = index;
        this.kind = kind;
        this.label = label;
    }

    /** A row of a function; nothing but its identity is taken from {@code origin}. */
    LiveResource(LiveFunction owner, Resource origin) {
        this.owner = owner;
        this.origin = origin;
        this.index = origin.index();
        this.kind = origin.kind();
        this.label = origin.name();
    }

    boolean assigned() {
        return parent != null;
    }

    boolean has(long bits) {
        return (flags & bits) != 0;
    }

    boolean isWindow() {
        return index >= Resource.WINDOW_IO;
    }

    boolean isVfBar() {
        return index >= Resource.FIRST_VF && index <= Resource.LAST_VF;
    }

    boolean isIo() {
        return has(ResourceFlags.IO);
    }

    /** {@code resource_size()}: 1 for a resource of zeros, 0 when the end lies one below the start. */
    long size() {
        return end - start + 1;
    }

    long typeFlags() {
        return flags & TYPE_OF_WINDOW;
    }

    void setRange(long newStart, long size) {
        start = newStart;
        end = newStart + size - 1;
    }

    void wipe() {
        start = 0;
        end = 0;
        flags = 0;
    }

    /** {@code pci_resource_alignment()}; 0 means that the resource cannot be placed. */
    long alignment() {
        if (isVfBar()) {
            return sizeOfOneVf;
        }
        long how = flags & (ResourceFlags.SIZEALIGN | ResourceFlags.STARTALIGN);
        if (how == ResourceFlags.SIZEALIGN) {
            return size();
        }
        return how == ResourceFlags.STARTALIGN ? start : 0;
    }

    /** A ROM that is not decoding, or a VF BAR: nothing is lost without it. */
    boolean isOptional(KernelGeneration generation) {
        if (isVfBar() || (index == Resource.ROM && !has(ResourceFlags.ROM_ENABLE))) {
            return true;
        }
        return isWindow() && generation.emptyWindowsAreOptional() && size() == 0;
    }

    int childCount() {
        return childCount;
    }

    /** Direct children in ascending order of address. */
    LiveResource child(int i) {
        return children[i];
    }

    boolean contains(long from, long to) {
        return !below(from, start) && !below(end, to);
    }

    /** {@code request_resource()}: makes {@code r} a child at its present range; false when another child is there. */
    boolean insert(LiveResource r) {
        if (below(r.end, r.start) || !contains(r.start, r.end)) {
            return false;
        }
        int at = firstChildEndingAtOrAfter(r.start);
        if (at < childCount && !below(r.end, children[at].start)) {
            return false;
        }
        insertAt(at, r);
        return true;
    }

    /** Makes {@code r} a child although it lies outside: the window moved away from it. */
    void adopt(LiveResource r) {
        insertAt(firstChildEndingAtOrAfter(r.start), r);
    }

    private void insertAt(int at, LiveResource r) {
        if (childCount == children.length) {
            children = Arrays.copyOf(children, Math.max(4, childCount * 2));
        }
        System.arraycopy(children, at, children, at + 1, childCount - at);
        children[at] = r;
        childCount++;
        r.parent = this;
    }

    private int firstChildEndingAtOrAfter(long address) {
        int low = 0;
        int high = childCount;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (below(children[middle].end, address)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** {@code release_resource()}: gives the range back; start, end and flags stay, and so do the children. */
    void release() {
        LiveResource above = parent;
        if (above == null) {
            return;
        }
        for (int i = 0; i < above.childCount; i++) {
            if (above.children[i] == this) {
                System.arraycopy(above.children, i + 1, above.children, i, above.childCount - i - 1);
                above.childCount--;
                break;
            }
        }
        parent = null;
    }

    /** {@code release_child_resources()}: everything inside loses its address and keeps its size and flags. */
    void releaseChildren(Trace trace) {
        for (int i = 0; i < childCount; i++) {
            LiveResource child = children[i];
            child.parent = null;
            child.releaseChildren(trace);
            if (trace.isOn()) {
                trace.about(child, "release child resource " + child);
            }
            child.setRange(0, child.size());
        }
        childCount = 0;
    }

    /** The range that the registers name. */
    Optional<AddressRange> decoded() {
        return registers.asRange();
    }

    /** As the kernel's {@code %pR} prints it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[").append(isIo() ? "io  " : has(ResourceFlags.MEM) ? "mem " : "??? ");
        String form = isIo() ? "0x%04x" : "0x%08x";
        if (has(ResourceFlags.UNSET)) {
            text.append("size ").append(String.format(form, size()));
        } else {
            text.append(String.format(form, start)).append('-').append(String.format(form, end));
        }
        text.append(has(ResourceFlags.MEM_64) ? " 64bit" : "").append(has(ResourceFlags.PREFETCH) ? " pref" : "");
        return text.append(']').toString();
    }
}
