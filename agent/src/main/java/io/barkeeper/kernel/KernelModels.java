package io.barkeeper.kernel;

import io.barkeeper.pci.KernelIdentity;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which model answers for a kernel release. A release between two generations that were checked is answered by both, and
 * they must agree; one older than all or newer than all by the nearest, with a doubt on everything.
 */
public final class KernelModels {

    private static final Pattern RELEASE = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})(?:\\.(\\d{1,5}))?.*");
    private static final int LAST_EARLY_616 = 3;
    private static final int FIRST_LATE_616 = 12;
    private static final int LAST_EARLY_618 = 9;
    private static final int FIRST_LATE_618 = 15;

    private KernelModels() {}

    /** The model for a running kernel; never fails. */
    public static KernelModel forKernel(KernelIdentity kernel) {
        return forRelease(kernel.release());
    }

    /** The model for a release as {@code uname -r} prints it; never fails. */
    public static KernelModel forRelease(String release) {
        Matcher m = RELEASE.matcher(release);
        if (!m.matches()) {
            return new UnknownKernel(release, new LinuxModel(KernelGeneration.K71));
        }
        int version = Integer.parseInt(m.group(1)) * 1000 + Integer.parseInt(m.group(2));
        int patch = m.group(3) == null ? -1 : Integer.parseInt(m.group(3));
        List<KernelGeneration> candidates = candidates(version, patch);
        if (candidates.isEmpty()) {
            KernelGeneration nearest = version < 6001 ? KernelGeneration.K61 : KernelGeneration.K73;
            return new UnknownKernel(release, new LinuxModel(nearest));
        }
        KernelModel model = new LinuxModel(candidates.get(0));
        return candidates.size() == 1 ? model : new PairedModel(release, model, new LinuxModel(candidates.get(1)));
    }

    /** One generation, or the two neighbours of a release that was not checked; none outside of all. */
    private static List<KernelGeneration> candidates(int version, int patch) {
        return switch (version) {
            case 6001 -> List.of(KernelGeneration.K61);
            case 6002, 6003, 6004, 6005, 6006, 6007, 6008, 6009, 6010, 6011 ->
                List.of(KernelGeneration.K61, KernelGeneration.K612);
            case 6012 -> List.of(KernelGeneration.K612);
            case 6013, 6014, 6015 -> List.of(KernelGeneration.K612, KernelGeneration.K616);
            case 6016 -> of616(patch);
            case 6017 -> List.of(KernelGeneration.K617);
            case 6018 -> of618(patch);
            case 6019 ->
                patch >= 14 ? List.of(KernelGeneration.K619) : List.of(KernelGeneration.K618, KernelGeneration.K619);
            case 7000 -> List.of(KernelGeneration.K70);
            case 7001, 7002 -> List.of(KernelGeneration.K71);
            case 7003 -> List.of(KernelGeneration.K73);
            default -> List.of();
        };
    }

    /** Failed resources are restored since somewhere between these two. */
    private static List<KernelGeneration> of616(int patch) {
        if (patch >= FIRST_LATE_616) {
            return List.of(KernelGeneration.K617);
        }
        boolean early = patch >= 0 && patch <= LAST_EARLY_616;
        return early ? List.of(KernelGeneration.K616) : List.of(KernelGeneration.K616, KernelGeneration.K617);
    }

    /** The rules for sizing memory windows came into the 6.18 series somewhere between these two. */
    private static List<KernelGeneration> of618(int patch) {
        if (patch >= FIRST_LATE_618) {
            return List.of(KernelGeneration.K618S);
        }
        boolean early = patch >= 0 && patch <= LAST_EARLY_618;
        return early ? List.of(KernelGeneration.K618) : List.of(KernelGeneration.K618, KernelGeneration.K618S);
    }
}
