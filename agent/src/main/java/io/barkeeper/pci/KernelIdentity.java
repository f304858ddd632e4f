package io.barkeeper.pci;

/**
 * The running kernel.
 *
 * @param release as {@code uname -r} prints it
 * @param version as {@code uname -v} prints it, which on Debian carries the package version; empty when unknown
 * @param architecture as {@code uname -m}: {@code x86_64}, {@code aarch64}
 * @param bootId {@code /proc/sys/kernel/random/boot_id}; empty when unknown
 * @param commandLine {@code /proc/cmdline}
 */
public record KernelIdentity(String release, String version, String architecture, String bootId, String commandLine) {}
