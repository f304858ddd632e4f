package io.barkeeper.cli;

import io.barkeeper.control.Refusal;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns what a verb throws, or what cannot be parsed, into a message and an exit code. Nobody sees a stack trace. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {

    private final Console console;

    Failures(Console console) {
        this.console = console;
    }

    @Override
    public int handleParseException(ParameterException failure, String[] args) {
        CommandLine at = failure.getCommandLine();
        boolean json = Arrays.asList(args).contains("--json");
        String help = at.getCommandSpec().qualifiedName() + " --help";
        String message = String.valueOf(failure.getMessage());
        console.report(Problem.usage(message.isEmpty() ? "the command line cannot be read" : message, help), json);
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine at, ParseResult parsed) {
        boolean json = at.getParseResult() != null && usesJson(parsed);
        Problem problem = problem(failure);
        console.report(problem, json);
        return problem.exit();
    }

    private static boolean usesJson(ParseResult parsed) {
        List<String> words = parsed.originalArgs();
        return words.contains("--json");
    }

    private static Problem problem(Exception failure) {
        if (failure instanceof Problem problem) {
            return problem;
        }
        if (failure instanceof Refusal refusal) {
            return new Problem(refusal.code(), refusal.exit(), refusal.message(), refusal.remedy());
        }
        StackTraceElement[] trace = failure.getStackTrace();
        String where = trace.length == 0 ? "" : " at " + trace[0];
        return new Problem(
                "BK-INTERNAL",
                ExitCode.UNEXPECTED,
                "this is a mistake in barkeeper " + Barkeeper.VERSION + ": " + failure + where,
                "report it with this line and, if you can, the output of 'barkeeper snapshot'");
    }
}
