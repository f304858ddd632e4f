package io.barkeeper.cli;

import com.google.gson.JsonObject;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lets the daemon take a transaction back; whoever interrupts this process only stops watching. */
@Command(
        name = "rollback",
        description = {
            "Takes back a running transaction, or the last one while nothing has changed since.",
            "The goal is the same devices with the same BAR sizes, bus numbers and drivers. What arrived may lose its BARs."
        })
final class RollbackVerb extends Verb {

    @Parameters(
            arity = "0..1",
            paramLabel = "ID",
            description = "The transaction, as barkeeper history names it. Default: the running one, or the last.")
    private @Nullable String id;

    RollbackVerb(Barkeeper barkeeper) {
        super(barkeeper);
    }

    @Override
    int run(Barkeeper barkeeper) throws Problem {
        JsonObject params = new JsonObject();
        if (id != null) {
            params.addProperty("id", id);
        }
        try (ControlClient daemon = new Sources(barkeeper).daemon()) {
            return ApplyVerb.carryOut(barkeeper, daemon, "rollback", params);
        } catch (IOException e) {
            throw ApplyVerb.gone(e);
        }
    }
}
