package io.barkeeper.lab;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Debian kernels by series ({@code 6.1}, {@code 6.18}, …): the newest amd64 release that a suite serves, or the newest arm64 one
 * ({@code 6.12-arm64}), fetched once and kept in the cache. A release in the cache is used as it is, without asking the network.
 *
 * <p>A kernel comes as {@code linux-image-RELEASE}; from 6.19 on the image is in {@code linux-binary-RELEASE}, from 7.2 on
 * the modules are in {@code linux-modules-RELEASE}. All that exist of a release are taken, so no form needs its own code.
 */
public final class KernelImages {
    private static final LabCache CACHE = LabCache.ofThisMachine();
    private static final String ARM64 = "-arm64";
    private static final Pattern SERIES = Pattern.compile("[0-9]+\\.[0-9]+(?:" + ARM64 + ")?");

    private KernelImages() {}

    /** The kernel of a series, from the cache or from the first suite that has it. */
    public static KernelImage get(String series) {
        if (!SERIES.matcher(series).matches()) {
            throw new LabException("'" + series + "' is no kernel series; give one like 6.1, 7.2 or 6.12-arm64");
        }
        return CACHE.locked("series-" + series, () -> cached(series).orElseGet(() -> fetch(series)));
    }

    static LabCache cache() {
        return CACHE;
    }

    /** The series without its architecture. */
    private static String numbered(String series) {
        return series.replace(ARM64, "");
    }

    private static String architecture(String series) {
        return series.endsWith(ARM64) ? "arm64" : "amd64";
    }

    private static Optional<KernelImage> cached(String series) {
        return CACHE.namesStartingWith("linux-" + numbered(series) + ".").stream()
                .filter(name -> name.endsWith(architecture(series)))
                .map(name -> name.substring("linux-".length()))
                .max(byVersion())
                .map(release -> new KernelImage(
                        series, release, CACHE.find("linux-" + release).orElseThrow()));
    }

    private static KernelImage fetch(String series) {
        List<String> refusals = new ArrayList<>();
        for (String suite : suites(numbered(series))) {
            Path folder = null;
            try {
                folder = CACHE.scratch();
                DebianSuite opened = DebianSuite.open(suite, architecture(series), folder);
                Optional<String> release = newestRelease(opened.packages("linux-"), series);
                if (release.isPresent()) {
                    return fetch(series, release.get(), opened);
                }
                refusals.add(suite + ": no linux-image-" + numbered(series) + ".*-" + architecture(series));
            } catch (LabException | IOException e) {
                refusals.add(suite + ": " + e.getMessage());
            } finally {
                LabCache.deleteTree(folder);
            }
        }
        throw new LabException("No kernel of series " + series + " can be had.\n  " + String.join("\n  ", refusals));
    }

    private static KernelImage fetch(String series, String release, DebianSuite suite) {
        List<String> known = suite.packages("linux-");
        List<String> wanted = new ArrayList<>(Stream.of("linux-image-", "linux-binary-", "linux-modules-")
                .map(form -> form + release)
                .filter(known::contains)
                .toList());
        if (release.endsWith(ARM64)) {
            wanted.add("busybox-static");
        }
        Path directory = CACHE.entry("linux-" + release, fresh -> {
            suite.download(wanted, fresh);
            Path unpacked = fresh.resolve("unpacked");
            unpack(fresh, unpacked);
            Files.move(findImage(unpacked, release), fresh.resolve("vmlinuz"), StandardCopyOption.REPLACE_EXISTING);
            if (release.endsWith(ARM64)) {
                Files.move(unpacked.resolve("bin/busybox"), fresh.resolve("busybox"));
            }
            LabCache.deleteTree(unpacked);
        });
        return new KernelImage(series, release, directory);
    }

    /** Unpacks the package files of a kernel's folder. */
    static void unpack(Path kernel, Path target) throws IOException {
        Files.createDirectories(target);
        try (Stream<Path> files = Files.list(kernel)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".deb")).toList()) {
                Tool.DPKG_DEB.run(kernel, List.of("-x", file.toString(), target.toString()));
            }
        }
    }

    private static Path findImage(Path unpacked, String release) throws IOException {
        try (Stream<Path> files = Files.walk(unpacked)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> {
                        String name = file.getFileName().toString();
                        return name.equals("vmlinuz-" + release) || name.equals("vmlinuz");
                    })
                    .findFirst()
                    .orElseThrow(() -> new LabException("The packages of " + release + " hold no vmlinuz"));
        }
    }

    /** Where a series is looked for, the suite of its own release first. */
    private static List<String> suites(String series) {
        return switch (series) {
            case "6.1" -> List.of("bookworm", "bookworm-security");
            case "6.12" -> List.of("trixie", "bookworm-backports");
            default -> List.of("trixie-backports", "trixie", "sid");
        };
    }

    /** The newest plain release: not cloud, not real-time, not debug, not the unsigned twin. */
    static Optional<String> newestRelease(List<String> packages, String series) {
        Pattern plain = Pattern.compile("linux-(?:image|binary)-(" + Pattern.quote(numbered(series))
                + "\\.[0-9][0-9.]*(?:[-+~][0-9a-z.]+)*-" + architecture(series) + ")");
        return packages.stream()
                .map(plain::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .filter(release -> !release.contains("-cloud-") && !release.contains("-rt-"))
                .max(byVersion());
    }

    /** Orders releases by their numbers: 6.18.15 after 6.18.9. */
    static Comparator<String> byVersion() {
        return (left, right) -> {
            List<BigInteger> a = numbers(left);
            List<BigInteger> b = numbers(right);
            for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
                int order = a.get(i).compareTo(b.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return Integer.compare(a.size(), b.size());
        };
    }

    private static List<BigInteger> numbers(String release) {
        return Pattern.compile("[0-9]+")
                .matcher(release)
                .results()
                .map(result -> new BigInteger(result.group()))
                .toList();
    }
}
