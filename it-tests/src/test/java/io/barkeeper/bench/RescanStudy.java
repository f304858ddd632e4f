package io.barkeeper.bench;

import java.io.PrintStream;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;

/** How long the model takes for a full rescan of 4,096 functions, and how that grows from 64 to 16,384. */
final class RescanStudy implements Study {

    private static final int SIZE_IN_QUESTION = 4096;
    private static final double BAR_MILLISECONDS = 50;

    private final long seed;

    RescanStudy(long seed) {
        this.seed = seed;
    }

    @Override
    public String name() {
        return "rescan";
    }

    @Override
    public void choose(ChainedOptionsBuilder options) {
        options.include(RescanBenchmark.class.getName().replace(".", "\\.") + "\\.")
                .param("seed", String.valueOf(seed));
    }

    /** One series: the same benchmark on the same kernel, at every size. */
    private record Point(String series, int functions, double milliseconds) {

        static Point of(RunResult result) {
            String benchmark = result.getParams().getBenchmark();
            String state = benchmark.substring(benchmark.lastIndexOf('.') + 1);
            return new Point(
                    result.getParams().getParam("release") + " " + state,
                    Integer.parseInt(result.getParams().getParam("functions")),
                    result.getPrimaryResult().getScore());
        }
    }

    @Override
    public void summarise(Collection<RunResult> results, PrintStream out) {
        List<Point> points = results.stream()
                .map(Point::of)
                .sorted(Comparator.comparing(Point::series).thenComparingInt(Point::functions))
                .toList();
        out.printf(Locale.ROOT, "A full rescan on the kernel model, one core, warm (seed %d)%n", seed);
        out.printf("  %-16s %9s %10s %14s%n", "kernel, machine", "functions", "ms/op", "us/function");
        for (Point p : points) {
            double each = p.milliseconds() * 1000 / p.functions();
            out.printf(Locale.ROOT, "  %-16s %9d %10.3f %14.3f%n", p.series(), p.functions(), p.milliseconds(), each);
        }
        points.stream().map(Point::series).distinct().forEach(series -> growth(points, series, out));
        double slowest = points.stream()
                .filter(p -> p.functions() == SIZE_IN_QUESTION)
                .mapToDouble(Point::milliseconds)
                .max()
                .orElse(Double.NaN);
        out.printf(
                Locale.ROOT,
                "  %d functions: at most %.1f ms (wanted: under %.0f ms)%n",
                SIZE_IN_QUESTION,
                slowest,
                BAR_MILLISECONDS);
    }

    private static void growth(List<Point> points, String series, PrintStream out) {
        List<Point> own = points.stream().filter(p -> p.series().equals(series)).toList();
        Point first = own.get(0);
        Point last = own.get(own.size() - 1);
        out.printf(
                Locale.ROOT,
                "  %-16s %d times the functions take %.0f times the time%n",
                series,
                last.functions() / first.functions(),
                last.milliseconds() / first.milliseconds());
    }
}
