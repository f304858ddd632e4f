package io.barkeeper.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Records captured trees for tests: {@code RecordCapture MACHINE SERIES FOLDER [PLUG…]} boots a machine of {@link Machines}, saves
 * {@code MACHINE-SERIES-before.tar.gz}, plugs the devices given as for {@code device_add} one after another, and saves
 * {@code MACHINE-SERIES-after.tar.gz}.
 */
public final class RecordCapture {
    private RecordCapture() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length < 3) {
            System.err.println("usage: RecordCapture MACHINE SERIES FOLDER [PLUG...]; machines: " + Machines.names());
            System.exit(2);
        }
        MachineSpec spec = Machines.named(arguments[0]);
        Path folder = Path.of(arguments[2]);
        String name = spec.name() + "-" + arguments[1];
        try (QemuMachine machine = QemuMachine.boot(spec, KernelImages.get(arguments[1]))) {
            System.out.println("booted " + machine.kernel());
            CapturedTree.save(machine.shell(), folder.resolve(name + "-before.tar.gz"));
            for (String plug : Arrays.asList(arguments).subList(3, arguments.length)) {
                machine.qmp().plug(plug);
                TimeUnit.SECONDS.sleep(3);
            }
            CapturedTree.save(machine.shell(), folder.resolve(name + "-after.tar.gz"));
            System.out.print(machine.shell().output("dmesg | tail -40"));
        }
    }
}
