package io.barkeeper.daemon;

import io.barkeeper.config.Config;
import io.barkeeper.config.Mode;
import io.barkeeper.control.Authorisation;
import io.barkeeper.control.ConnectionServer;
import io.barkeeper.control.Listeners;
import io.barkeeper.control.Methods;
import io.barkeeper.hotplug.Settling;
import io.barkeeper.journal.Journal;
import io.barkeeper.kernel.KernelModel;
import io.barkeeper.kernel.KernelModels;
import io.barkeeper.machine.FileTrouble;
import io.barkeeper.machine.MachineException;
import io.barkeeper.metrics.Instruments;
import io.barkeeper.nativeshim.ErrnoException;
import io.barkeeper.nativeshim.FileLock;
import io.barkeeper.nativeshim.NotifySocket;
import io.barkeeper.pci.Topology;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A whole daemon, put together in the order in which its parts need each other, and taken apart in the reverse. */
final class Daemon implements AutoCloseable {

    static final String VERSION = "0.1.0";

    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    private static final int REQUEST_THREADS = 2;
    private static final int WAITING_REQUESTS = 256;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final NotifySocket manager;
    private final ModeSwitch modes;
    private final BootMemory memory;
    private final Equipment equipment;
    private final Keeper keeper;
    private final Outlook outlook;
    private final Conductor conductor;
    private final WorkLoop loop;
    private final Surveyor surveyor;
    private final Pins pins;
    private final KernelModel model;
    private final Reload reload;
    private final String summary;

    private Daemon(Options options, Config config, NotifySocket manager, Opening opening) throws StartFailure {
        this.manager = manager;
        try {
            Authorisation authorisation = authorisation();
            Directories.prepare(options, authorisation);
            FileLock runtimeLock = keep(Directories.lock(options.runtimeDir()));
            LOG.debug("holding {}", runtimeLock);
            if (!options.stateDir().equals(options.runtimeDir())) {
                keep(Directories.lock(options.stateDir()));
            }
            Machines machines = opening.open(options);
            keep(machines.source());
            keep(machines.machine());
            Topology first = machines.machine().observe();
            model = KernelModels.forKernel(first.kernel());
            memory = BootMemory.load(options.stateDir(), first.kernel().bootId());
            memory.history().lastGood().ifPresent(machines.machine()::recall);
            modes = new ModeSwitch(config.mode());
            Heartbeat heartbeat = keep(new Heartbeat(manager, Daemon::micros));
            Instruments instruments = keep(new Instruments(
                    VERSION,
                    first.kernel().release(),
                    model.name(),
                    Arrays.stream(Mode.values()).map(Mode::label).toList()));
            equipment = new Equipment(instruments, new Followers(), heartbeat, Daemon::micros);
            Path journalDir = options.stateDir().resolve("journal");
            conductor = new Conductor(equipment, machines.machine(), Journal.open(journalDir), memory, modes);
            conductor.take(config);
            pins = Pins.load(options.stateDir());
            limitModes(config, machines);
            surveyor = new Surveyor(
                    machines.machine(),
                    pins,
                    config,
                    conductor.outages(),
                    model,
                    memory,
                    machines.notes(),
                    Daemon::micros);
            Misses misses = new Misses(options.stateDir().resolve("misses"));
            Auditor auditor = new Auditor(machines.machine(), conductor, equipment, misses, first);
            keeper = new Keeper(surveyor, conductor, modes, equipment, auditor, surveyor.glance());
            loop = new WorkLoop(
                    machines.source(),
                    keeper,
                    heartbeat,
                    Settling.of(config.settleQuietMicros(), config.settleLongestMicros()),
                    Daemon::micros);
            keeper.drainWith(loop);
            ExecutorService ahead = Executors.newSingleThreadExecutor(Daemon::lookingAhead);
            keep(ahead::shutdownNow);
            outlook = new Outlook(equipment.instruments(), ahead);
            keeper.lookAhead(outlook);
            conductor.betweenSteps(loop::hear);
            // Before anybody can ask for more.
            loop.submit(keeper::recover);
            reload = new Reload(config, () -> Config.load(options.config()), this::take);
            serve(options, config, authorisation, machines, journalDir);
            summary = first.functions().size() + " functions on " + machines.name() + ", kernel "
                    + first.kernel().release() + ", model " + model.name();
            heartbeat.start();
        } catch (MachineException e) {
            close();
            throw new StartFailure(e.code(), StartFailure.UNEXPECTED, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            close();
            throw new StartFailure(
                    "BK-START", StartFailure.UNEXPECTED, "the daemon cannot start: " + FileTrouble.of(e));
        } catch (StartFailure e) {
            close();
            throw e;
        }
    }

    private static Thread lookingAhead(Runnable task) {
        Thread thread = new Thread(task, "barkeeper-outlook");
        thread.setDaemon(true);
        return thread;
    }

    /** Puts a daemon together. When this returns, its sockets answer; {@link #run} does the work. */
    static Daemon start(Options options, Config config, NotifySocket manager) throws StartFailure {
        return new Daemon(options, config, manager, Machines::open);
    }

    /** The same on machines that somebody else opens, once the locks are held. */
    static Daemon start(Options options, Config config, NotifySocket manager, Opening opening) throws StartFailure {
        return new Daemon(options, config, manager, opening);
    }

    /** Opens the machine that a daemon keeps. */
    interface Opening {
        Machines open(Options options) throws StartFailure;
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    private static Authorisation authorisation() throws StartFailure {
        try {
            return Authorisation.ofSystem();
        } catch (IOException e) {
            throw new StartFailure(
                    "BK-ACCOUNTS",
                    StartFailure.UNEXPECTED,
                    "users cannot be told apart: " + FileTrouble.of(e) + ". Is /proc mounted?");
        }
    }

    private void limitModes(Config config, Machines machines) {
        machines.readOnly().ifPresent(why -> modes.limit("read-only", Mode.OBSERVE, why));
        limitOnUnknownKernel(config);
        pins.damage().ifPresent(why -> modes.limit("pins", Mode.OBSERVE, why));
        memory.wedged().ifPresent(why -> modes.limit("wedged", Mode.OBSERVE, why));
        memory.missed().ifPresent(why -> modes.limit("trust", Mode.CONFIRM, why));
        conductor.conclusions().publishMode();
    }

    private void limitOnUnknownKernel(Config config) {
        if (model.isKnown() || config.actOnUnknownKernel()) {
            modes.lift("kernel");
            return;
        }
        modes.limit(
                "kernel",
                Mode.OBSERVE,
                "no generation of the model covers this kernel (" + model.name()
                        + "); kernel.act-on-unknown = true overrides that");
    }

    /** What of a configuration can change while the daemon runs. On the loop's thread. */
    private void take(Config config, Settling settling, boolean modeChanged) {
        surveyor.take(config);
        conductor.take(config);
        loop.settle(settling);
        limitOnUnknownKernel(config);
        if (modeChanged) {
            modes.want(config.mode());
        }
        conductor.conclusions().publishMode();
        loop.again();
    }

    private void serve(Options options, Config config, Authorisation authorisation, Machines machines, Path journalDir)
            throws IOException, StartFailure {
        ThreadPoolExecutor requests = new ThreadPoolExecutor(
                REQUEST_THREADS,
                REQUEST_THREADS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING_REQUESTS),
                work -> {
                    Thread thread = new Thread(work, "request");
                    thread.setDaemon(true);
                    return thread;
                });
        requests.allowCoreThreadTimeOut(true);
        keep(requests::shutdownNow);
        Methods methods = new Methods(requests);
        StatusAnswer status =
                new StatusAnswer(keeper, outlook, conductor, modes, pins, equipment.followers(), machines.name());
        new Verbs(keeper, conductor, modes, loop, equipment.followers(), new HistoryAnswer(journalDir), status)
                .register(methods);
        new PinMethods(pins, keeper, loop).register(methods);
        new Rollback(keeper, conductor, modes, loop, journalDir).register(methods);
        machines.simulated().ifPresent(s -> new Injection(s, loop).register(methods));
        ConnectionServer server = keep(new ConnectionServer(Daemon::micros));
        Listeners listeners = new Listeners(server, authorisation);
        listeners.control(options.runtimeDir().resolve("control.sock"), methods);
        Instruments instruments = equipment.instruments();
        if (config.metricsSocket()) {
            listeners.metrics(
                    options.runtimeDir().resolve("metrics.sock"), Instruments.CONTENT_TYPE, instruments::scrape);
        }
        if (config.metricsListen().isPresent()) {
            listen(listeners, config.metricsListen().get(), instruments);
        }
        server.start();
    }

    /** A port that somebody else has is no reason to leave a machine alone: metrics are on the Unix socket too. */
    private static void listen(Listeners listeners, InetSocketAddress address, Instruments instruments) {
        try {
            listeners.metrics(address, Instruments.CONTENT_TYPE, instruments::scrape);
        } catch (IOException e) {
            LOG.warn(
                    "BK-METRICS: metrics are not served on {}:{}: {}. Another port, or \"off\", is set by"
                            + " metrics.listen",
                    address.getAddress().getHostAddress(),
                    address.getPort(),
                    e.getMessage());
        }
    }

    /** The monotonic clock, microseconds. */
    private static long micros() {
        return System.nanoTime() / 1000;
    }

    /** Works until {@link #stop}; the process exits with what this returns. */
    int run() {
        try {
            LOG.info("barkeeperd {} keeps {}", VERSION, summary);
            notify(() -> manager.ready(summary));
            loop.again();
            loop.run();
            notify(() -> manager.stopping("stopping"));
            return 0;
        } catch (IOException e) {
            LOG.error("BK-UEVENTS: no uevents can be heard any more: {}", e.getMessage());
            return StartFailure.UNEXPECTED;
        }
    }

    /** Reads the configuration again, after what is being done is done. From any thread. */
    void reload() {
        loop.submit(() -> {
            notify(manager::reloading);
            String told = reload.run();
            notify(() -> manager.ready(summary + "; " + told));
        });
    }

    /** Ends {@link #run}; a transaction goes back or finishes first. From any thread. */
    void stop() {
        conductor.stopForGood("the daemon was asked to stop");
        loop.stop();
    }

    private interface Telling {
        void tell() throws ErrnoException;
    }

    private static void notify(Telling telling) {
        try {
            telling.tell();
        } catch (ErrnoException e) {
            LOG.warn("BK-NOTIFY: the service manager cannot be told: {}", e.getMessage());
        }
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.debug("closing: {}", e.toString());
            }
        }
    }
}
