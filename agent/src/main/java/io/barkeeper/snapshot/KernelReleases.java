package io.barkeeper.snapshot;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The one thing that depends on the release when a machine is read. */
public final class KernelReleases {

    private static final Pattern RELEASE = Pattern.compile("(\\d{1,3})\\.(\\d{1,4}).*");

    private KernelReleases() {}

    /**
     * True from 6.18 on, where a window that failed or was released is only marked ({@code IORESOURCE_UNSET}) and keeps
     * its size, which sysfs no longer shows; before, the kernel forgets it or shows it.
     *
     * @param release as {@code uname -r} prints it; false when it cannot be parsed
     */
    public static boolean keepsLostWindows(String release) {
        Matcher m = RELEASE.matcher(release);
        if (!m.matches()) {
            return false;
        }
        int major = Integer.parseInt(m.group(1));
        return major > 6 || (major == 6 && Integer.parseInt(m.group(2)) >= 18);
    }
}
