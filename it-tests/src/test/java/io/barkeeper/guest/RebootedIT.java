package io.barkeeper.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Checkout;
import io.barkeeper.lab.Guest;
import java.util.List;

/** The service is there again after a reboot, with the journal of before, and a purge leaves nothing of it. */
class RebootedIT extends Server {
    @Override
    protected void play(Guest guest) {
        install(guest, Checkout.debianPackage().toString());
        rebooted(guest);
        purged(guest);
    }

    private static void rebooted(Guest guest) {
        guest.machine().reboot();
        guest.await(
                "the service after a reboot",
                () -> guest.machine()
                                .shell()
                                .run("systemctl is-active barkeeperd")
                                .stdout()
                                .equals("active\n")
                        ? List.of()
                        : List.of("not active"));
        assertThat(guest.sh("barkeeper mode")).as("the mode after a reboot").contains("automatic");
        assertThat(guest.sh("journalctl -u barkeeperd -b -1 --no-pager -o cat"))
                .as("the journal of the boot before")
                .contains("keeps");
    }

    private static void purged(Guest guest) {
        apt(guest, "purge -y barkeeper");
        assertThat(guest.sh("""
                ls -d /etc/barkeeper /var/lib/barkeeper /var/cache/barkeeper /run/barkeeper /usr/share/barkeeper 2>/dev/null
                getent group barkeeper
                systemctl list-unit-files --no-legend 'barkeeper*'
                find /etc/systemd /var/lib/systemd -name '*barkeeper*'
                true
                """)).as("what a purge leaves").isEmpty();
    }
}
