package io.barkeeper.daemon;

import io.barkeeper.control.Access;
import io.barkeeper.control.Call;
import io.barkeeper.control.Methods;
import io.barkeeper.control.Refusal;
import io.barkeeper.machine.FileTrouble;
import io.barkeeper.machine.MachineException;
import io.barkeeper.pci.PciAddress;
import io.barkeeper.pci.Topology;
import java.io.IOException;
import java.time.Duration;

/** The methods {@code pin} and {@code unpin} of the control socket. They wait until a running transaction is over. */
final class PinMethods {

    private final Pins pins;
    private final Keeper keeper;
    private final WorkLoop loop;

    PinMethods(Pins pins, Keeper keeper, WorkLoop loop) {
        this.pins = pins;
        this.keeper = keeper;
        this.loop = loop;
    }

    void register(Methods methods) {
        methods.add("pin", Access.CHANGE, call -> later(call, this::pin));
        methods.add("unpin", Access.CHANGE, call -> later(call, this::unpin));
    }

    private interface Change {
        void make(Topology now, PciAddress address) throws Refusal, IOException;
    }

    private void later(Call call, Change change) throws Refusal {
        PciAddress address = Verbs.address(call);
        loop.submit(() -> change(call, change, address));
    }

    private void change(Call call, Change change, PciAddress address) {
        try {
            change.make(keeper.situation().view().topology(), address);
            // The next answer and the next plan know it already.
            keeper.refreshed(Duration.ofNanos(-1000), loop.isSettling());
            loop.again();
            call.reply(pins.answer());
        } catch (Refusal e) {
            call.fail(e);
        } catch (MachineException e) {
            call.fail(Verbs.unreadable(e));
        } catch (IOException e) {
            call.fail(new Refusal(
                    "BK-PINS",
                    Refusal.UNEXPECTED,
                    "pins cannot be written, so nothing has changed: " + FileTrouble.of(e),
                    "free space in the state directory, then try again"));
        } catch (RuntimeException e) {
            Methods.failInternally(call, e);
        }
    }

    private void pin(Topology now, PciAddress address) throws Refusal, IOException {
        pins.add(
                now,
                now.find(address)
                        .orElseThrow(() -> new Refusal(
                                "BK-NO-DEVICE",
                                Refusal.USAGE,
                                "there is no function " + address,
                                "'barkeeper list' shows them all")));
    }

    private void unpin(Topology now, PciAddress address) throws Refusal, IOException {
        if (!pins.remove(now, address)) {
            throw new Refusal(
                    "BK-NOT-PINNED",
                    Refusal.USAGE,
                    address + " was not pinned with 'barkeeper pin'",
                    "'barkeeper status' shows what is; policy.pins of the configuration is changed there");
        }
    }
}
