package io.barkeeper.kernel;

import io.barkeeper.pci.KernelIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What {@code pci=} on the kernel command line changes ({@code pci_setup()} and x86's {@code pcibios_setup()}).
 * {@code realloc} matters at boot only and is therefore not here.
 *
 * @param ioReserve bytes of I/O space that a hot-plug bridge would like to have
 * @param memReserve bytes of memory, likewise
 * @param prefReserve bytes of prefetchable memory, likewise
 * @param busReserve bus numbers that a hot-plug bridge gets at least
 * @param noCrs the host bridge's windows are ignored
 * @param noE820 the firmware's memory map does not clip windows
 * @param x86 window registers are read on a rescan, and addresses are chosen by x86's rules
 */
record KernelOptions(
        long ioReserve,
        long memReserve,
        long prefReserve,
        int busReserve,
        boolean noCrs,
        boolean noE820,
        boolean x86,
        String alignment) {

    private static final long DEFAULT_IO = 256;
    private static final long DEFAULT_MEM = 2L << 20;

    static KernelOptions of(KernelIdentity kernel) {
        long io = DEFAULT_IO;
        long mem = DEFAULT_MEM;
        long pref = DEFAULT_MEM;
        int buses = 1;
        boolean noCrs = false;
        boolean noE820 = false;
        String alignment = "";
        for (String option : options(kernel.commandLine())) {
            String value = option.substring(option.indexOf('=') + 1);
            if (option.startsWith("hpiosize=")) {
                io = size(value, io);
            } else if (option.startsWith("hpmmiosize=")) {
                mem = size(value, mem);
            } else if (option.startsWith("hpmmioprefsize=")) {
                pref = size(value, pref);
            } else if (option.startsWith("hpmemsize=")) {
                mem = size(value, mem);
                pref = mem;
            } else if (option.startsWith("hpbussize=")) {
                buses = (int) Math.min(255, size(value, buses));
            } else if (option.startsWith("resource_alignment=")) {
                alignment = value;
            } else if (option.equals("nocrs")) {
                noCrs = true;
            } else if (option.equals("no_e820")) {
                noE820 = true;
            }
        }
        boolean x86 = kernel.architecture().equals("x86_64")
                || kernel.architecture().matches("i[3-6]86")
                || kernel.architecture().isEmpty();
        return new KernelOptions(io, mem, pref, buses, noCrs, noE820, x86, alignment);
    }

    private static List<String> options(String commandLine) {
        List<String> all = new ArrayList<>();
        for (String word : commandLine.trim().split("\\s+")) {
            if (word.startsWith("pci=")) {
                all.addAll(List.of(word.substring(4).split(",")));
            }
        }
        return all;
    }

    /** As {@code memparse()}: a number in any base with K, M, G or T of either case; the default when unreadable. */
    private static long size(String text, long otherwise) {
        OptionalLong parsed =
                Sizes.parse(text.startsWith("0x") ? hexWithUnit(text) : text.toUpperCase(java.util.Locale.ROOT));
        return parsed.orElse(otherwise);
    }

    private static String hexWithUnit(String text) {
        int last = text.length() - 1;
        String unit = text.substring(last).toUpperCase(java.util.Locale.ROOT);
        return "KMGT".contains(unit) ? text.substring(0, last) + unit : text;
    }
}
