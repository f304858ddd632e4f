package io.barkeeper.lab;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Tries things out: {@code Explore MACHINE SERIES STEP…} boots a machine of {@link Machines} and takes the steps. A step is
 * {@code +DEVICE} (plug), {@code -ID} (unplug), {@code card ID BUS SIZE} (plug a memory card), {@code room} (see {@link Machines#makeRoomInOuterWindow}), {@code wedge} (see
 * {@link Machines#wedgeSwitch}), or a script for the guest's shell, whose output is printed.
 */
public final class Explore {
    private Explore() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length < 2) {
            System.err.println("usage: Explore MACHINE SERIES STEP...; machines: " + Machines.names());
            System.exit(2);
        }
        try (QemuMachine machine = QemuMachine.boot(Machines.named(arguments[0]), KernelImages.get(arguments[1]))) {
            for (String step : Arrays.asList(arguments).subList(2, arguments.length)) {
                System.out.println("=== " + step);
                if (step.startsWith("+")) {
                    machine.qmp().plug(step.substring(1));
                    TimeUnit.SECONDS.sleep(3);
                } else if (step.startsWith("card ")) {
                    String[] word = step.split(" ");
                    machine.qmp().plugMemoryCard(word[1], word[2], word[3]);
                    TimeUnit.SECONDS.sleep(3);
                } else if (step.equals("room")) {
                    Machines.makeRoomInOuterWindow(machine);
                } else if (step.equals("wedge")) {
                    Machines.wedgeSwitch(machine);
                } else if (step.startsWith("-")) {
                    machine.qmp().unplug(step.substring(1));
                } else {
                    GuestShell.Result result = machine.shell().run(step);
                    System.out.print(result.stdout() + result.stderr());
                }
            }
        }
    }
}
