package io.barkeeper.cli;

import com.google.gson.JsonObject;
import io.barkeeper.snapshot.ReadNotes;
import io.barkeeper.snapshot.SnapshotJson;
import io.barkeeper.snapshot.paste.PasteException;
import io.barkeeper.snapshot.paste.PasteImport;
import io.barkeeper.snapshot.paste.PasteSource;
import io.barkeeper.snapshot.paste.PasteSource.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Makes a snapshot of what people paste. The snapshot is JSON with or without {@code --json}; what the paste leaves
 * unknown is said on standard error.
 */
@Command(
        name = "import",
        description = {
            "Makes a snapshot of what people paste: any of 'lspci -vvv', /proc/iomem and dmesg.",
            "A mixed file is sorted line by line; - is standard input. --kernel names the release where the paste does"
                    + " not tell it."
        })
final class ImportVerb extends Verb {

    private static final InputFile PASTE = new InputFile(
            "BK-PASTE", "", 16, "cut it down to the output of lspci, /proc/iomem and the lines of dmesg with pci");

    @Option(names = "--lspci", paramLabel = "FILE", description = "The output of 'lspci -vvv', with or without -xxxx.")
    private @Nullable String lspci;

    @Option(names = "--iomem", paramLabel = "FILE", description = "A copy of /proc/iomem.")
    private @Nullable String iomem;

    @Option(names = "--dmesg", paramLabel = "FILE", description = "The kernel log.")
    private @Nullable String dmesg;

    @Option(
            names = "--part",
            paramLabel = "N",
            description = "Take the Nth stretch of a kernel log that holds several boots.")
    private @Nullable Integer part;

    @Option(
            names = "--until",
            paramLabel = "LINE",
            description = "Read each file up to this line only: the machine as it was then.")
    private @Nullable Integer until;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write the snapshot to FILE.")
    private @Nullable Path output;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "A paste with any of these in it.")
    private @Nullable String mixed;

    ImportVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    int run(Barkeeper barkeeper) throws Problem {
        if (barkeeper.sysroot().isPresent() || barkeeper.snapshot().isPresent()) {
            throw Problem.usage(
                    "import reads a paste, not a captured tree or a snapshot", "leave out --sysroot and --snapshot");
        }
        List<PasteSource> sources = new ArrayList<>();
        add(sources, barkeeper, lspci, Kind.LSPCI);
        add(sources, barkeeper, iomem, Kind.IOMEM);
        add(sources, barkeeper, dmesg, Kind.DMESG);
        add(sources, barkeeper, mixed, Kind.MIXED);
        if (sources.isEmpty()) {
            throw Problem.usage("there is nothing to import", "barkeeper import FILE, or - for standard input");
        }
        PasteImport.Imported imported = imported(sources, wish(barkeeper));
        for (ReadNotes.Note note : imported.notes().notes()) {
            barkeeper.console().note(note.toString());
        }
        write(barkeeper, SnapshotJson.toJson(imported.topology()));
        return ExitCode.DONE;
    }

    private PasteImport.Wish wish(Barkeeper barkeeper) throws Problem {
        int last = until == null ? Integer.MAX_VALUE : until;
        if (last < 1) {
            throw Problem.usage("--until " + last + " is no line: lines count from 1", "barkeeper import --help");
        }
        return new PasteImport.Wish(
                barkeeper.kernel(), part == null ? OptionalInt.empty() : OptionalInt.of(part), last);
    }

    private static PasteImport.Imported imported(List<PasteSource> sources, PasteImport.Wish wish) throws Problem {
        try {
            return PasteImport.read(sources, wish);
        } catch (PasteException e) {
            throw new Problem(e.code(), ExitCode.UNEXPECTED, String.valueOf(e.getMessage()), e.remedy());
        }
    }

    private static void add(List<PasteSource> to, Barkeeper barkeeper, @Nullable String file, Kind kind)
            throws Problem {
        if (file != null) {
            to.add(new PasteSource(InputFile.name(file), kind, PASTE.text(barkeeper.console(), file)));
        }
    }

    private void write(Barkeeper barkeeper, JsonObject snapshot) throws Problem {
        Optional<Path> file = Optional.ofNullable(output);
        if (file.isEmpty()) {
            barkeeper.console().print(snapshot);
            return;
        }
        OutputFile.write(file.get(), snapshot);
    }
}
