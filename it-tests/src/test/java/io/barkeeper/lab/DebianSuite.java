package io.barkeeper.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One suite of the Debian archive, read by apt itself, with folders of its own beside the machine's.
 *
 * <p>The archive's address is the one that apt already uses on this machine; its signatures, proxies and checksums are apt's
 * affair. Nothing is installed and the machine's own package lists stay as they are, so it needs no root.
 */
final class DebianSuite {
    private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
    private static final Pattern DEBIAN_RELEASE =
            Pattern.compile("(?:old)*stable|testing|unstable|sid|buster|bullseye|bookworm|trixie|forky|duke");

    private final String suite;
    private final Path folder;
    private final List<String> options;

    private DebianSuite(String suite, String architecture, Path folder) {
        this.suite = suite;
        this.folder = folder;
        options = List.of(
                "-oDir::State=" + folder,
                "-oDir::State::lists=" + folder.resolve("lists"),
                "-oDir::State::status=" + folder.resolve("status"),
                "-oDir::Cache=" + folder.resolve("cache"),
                "-oDir::Etc::sourcelist=" + folder.resolve("sources.list"),
                "-oDir::Etc::sourceparts=-",
                "-oDir::Etc::preferencesparts=-",
                "-oAPT::Architecture=" + architecture,
                "-oAPT::Architectures=" + architecture,
                "-oAPT::Sandbox::User=root",
                "-oAcquire::Languages=none",
                "-oAcquire::Retries=3");
    }

    /** Fetches the suite's index for Debian's name of an architecture into the folder, which must be empty. */
    static DebianSuite open(String suite, String architecture, Path folder) throws IOException {
        DebianSuite opened = new DebianSuite(suite, architecture, folder);
        Files.createDirectories(folder.resolve("lists/partial"));
        Files.createDirectories(folder.resolve("cache/archives/partial"));
        Files.writeString(folder.resolve("status"), "");
        Files.writeString(folder.resolve("sources.list"), source(archive(), suite, architecture));
        opened.apt(Tool.APT_GET, folder, List.of("update", "--error-on=any", "-q"));
        return opened;
    }

    /** Names of packages that start so. */
    List<String> packages(String prefix) {
        return apt(Tool.APT_CACHE, folder, List.of("pkgnames", prefix))
                .lines()
                .sorted()
                .toList();
    }

    /** Downloads packages, checked against the signed index, into the directory. */
    void download(List<String> packages, Path directory) {
        List<String> arguments = new ArrayList<>(List.of("download", "-q"));
        packages.forEach(name -> arguments.add(name + "/" + suite));
        apt(Tool.APT_GET, directory, arguments);
    }

    private String apt(Tool tool, Path directory, List<String> arguments) {
        List<String> all = new ArrayList<>(options);
        all.addAll(arguments);
        return tool.run(directory, all);
    }

    /**
     * Sources for a whole system of a suite, as lines of a {@code sources.list}: the suite, and its updates and security fixes
     * where apt is configured with them.
     */
    static String sources(String suite) {
        List<String> lines = new ArrayList<>(targets()
                .filter(word -> word[2].startsWith(suite + "-") && !word[2].endsWith("-backports"))
                .map(word -> source(word[3], word[2], "amd64"))
                .distinct()
                .toList());
        lines.add(0, source(archive(), suite, "amd64"));
        return String.join("", lines);
    }

    private static String source(String archive, String suite, String architecture) {
        String signedBy = Files.isReadable(KEYRING) ? " signed-by=" + KEYRING : "";
        return "deb [arch=" + architecture + signedBy + "] " + archive + " " + suite + " main\n";
    }

    /** What apt reads indexes of, as: what it is, component, suite, address of the archive. */
    private static Stream<String[]> targets() {
        String format = "$(CREATED_BY) $(COMPONENT) $(RELEASE) $(REPO_URI)";
        return Tool.APT_GET
                .run(Path.of("/"), List.of("indextargets", "--format", format))
                .lines()
                .map(line -> line.split(" "))
                .filter(word -> word.length == 4 && word[0].equals("Packages") && word[1].equals("main"));
    }

    /** The address of the Debian archive that apt is configured with. */
    private static String archive() {
        return targets()
                .filter(word -> DEBIAN_RELEASE.matcher(word[2]).matches())
                .map(word -> word[3])
                .findFirst()
                .orElseThrow(() -> new LabException("apt knows no Debian archive on this machine"
                        + " ('apt-get indextargets' lists none with component main), so no kernel can be fetched."
                        + " Configure one in /etc/apt/sources.list"));
    }
}
