package io.barkeeper.pci;

/** Names one resource of one function; {@code index} as in {@link Resource#index()}. */
public record ResourceId(PciAddress address, int index) implements Comparable<ResourceId> {

    @Override
    public int compareTo(ResourceId other) {
        int byAddress = address.compareTo(other.address);
        return byAddress != 0 ? byAddress : Integer.compare(index, other.index);
    }
}
