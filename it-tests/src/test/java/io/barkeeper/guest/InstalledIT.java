package io.barkeeper.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.barkeeper.lab.Checkout;
import io.barkeeper.lab.Guest;
import io.barkeeper.lab.OlderPackage;
import io.barkeeper.lab.PciState;
import java.util.List;

/**
 * The service makes room for a card, is watched from outside, is configured anew, and is upgraded in the middle of a transaction.
 */
class InstalledIT extends Server {
    private static final String OLDER = "0.0.9";

    @Override
    protected void play(Guest guest) {
        try (OlderPackage older = OlderPackage.of(Checkout.debianPackage(), OLDER)) {
            install(guest, older.file().toString());
            assertThat(guest.sh("dpkg-query -W -f '${Version}' barkeeper")).isEqualTo(OLDER);
            aCardArrives(guest);
            watchedFromOutside();
            configuredAnew(guest);
            upgradedInTheMiddle(guest, Checkout.debianPackage().toString());
        }
    }

    private static void aCardArrives(Guest guest) {
        guest.writePattern("d0");
        guest.writePattern("d1");
        PciState before = guest.pci();
        guest.plugTestDevice("new", "sw.3", "256M");
        guest.awaitAdded(NEWCOMER);
        guest.await("all that was there works", () -> guest.pci().lostSince(before));
        guest.await("the newcomer works", () -> missing(guest, 256L << 20));
        guest.await("the first disk is back", () -> guest.patternTrouble("d0"));
        guest.await("the second disk is back", () -> guest.patternTrouble("d1"));
        guest.await("the journal tells the story", () -> {
            String story = guest.sh("journalctl -u barkeeperd --no-pager -o cat");
            List<String> told = List.of("keeps", "0000:06:00.0", "begins", "remove:0000:00:01.0", "done");
            return told.stream().filter(word -> !story.contains(word)).toList();
        });
        assertThat(guest.sh("journalctl -u barkeeperd --no-pager -o cat -p warning"))
                .as("what is urgent in the journal")
                .contains("0000:06:00.0");
        fieldsOfTheJournal(guest);
    }

    /** The events have ids and fields, found as barkeeperd(8) says, and the package's catalogue explains them. */
    private static void fieldsOfTheJournal(Guest guest) {
        assertThat(guest.sh("journalctl -u barkeeperd -o json BARKEEPER_DEVICE=" + NEWCOMER))
                .as("the newcomer's entries")
                .contains(
                        "\"MESSAGE_ID\":\"25b7a34474834eb686cb757d3135b506\"",
                        "\"PRIORITY\":\"4\"",
                        "\"SYSLOG_IDENTIFIER\":\"barkeeperd\"",
                        "\"_TRANSPORT\":\"journal\"");
        assertThat(guest.sh("journalctl -u barkeeperd -o json MESSAGE_ID=ea820ea0c5e44f5fa14d06c3f47bac4e"))
                .as("the end of the transaction")
                .contains("\"BARKEEPER_TRANSACTION\":\"00000001\"", "\"BARKEEPER_OUTCOME\":\"done\"");
        assertThat(guest.sh("journalctl -u barkeeperd --no-pager -x MESSAGE_ID=f574769eddc449b9ba2bb1dd7f92ba11"))
                .as("the explanation of an entry")
                .contains("Subject: A transaction began", "as transaction 00000001");
    }

    private void watchedFromOutside() {
        assertThat(scrape())
                .contains("barkeeper_transactions_total{outcome=\"done\"} 1.0")
                .contains("barkeeper_mode{mode=\"automatic\"} 1.0");
    }

    private static void configuredAnew(Guest guest) {
        guest.sh("printf 'mode = \"sometimes\"\\nsettle.quiet = 5\\n' >/etc/barkeeper/conf.d/wrong.toml");
        assertThat(guest.machine().shell().run("systemctl reload barkeeperd").exit())
                .as("exit of a reload with mistakes")
                .isNotZero();
        assertThat(guest.sh("journalctl -u barkeeperd --no-pager -o cat"))
                .as("every mistake at once, with its place")
                .contains("/etc/barkeeper/conf.d/wrong.toml:1", "/etc/barkeeper/conf.d/wrong.toml:2");
        assertThat(guest.sh("barkeeper mode")).contains("automatic");
        guest.sh("rm /etc/barkeeper/conf.d/wrong.toml; sed -i s/automatic/confirm/ /etc/barkeeper/conf.d/here.toml");
        systemctl(guest, "reload");
        guest.await(
                "the mode after a reload",
                () -> guest.sh("barkeeper mode").contains("confirm") ? List.of() : List.of("another mode"));
    }

    /** The daemon is killed between two steps, and the next version finds the transaction in the journal. */
    private static void upgradedInTheMiddle(Guest guest, String debianPackage) {
        guest.machine().qmp().unplug("new");
        guest.await("the slot is empty", () -> guest.pci().has(NEWCOMER) ? List.of(NEWCOMER) : List.of());
        PciState before = guest.pci();
        guest.plugTestDevice("larger", "sw.3", "512M");
        guest.awaitAdded(NEWCOMER);
        guest.await(
                "a plan",
                () -> guest.machine()
                                        .shell()
                                        .run("barkeeper plan | grep remove:0000:00:01.0", LONG)
                                        .exit()
                                == 0
                        ? List.of()
                        : List.of("there is none"));
        // The service manager would start it again within seconds; here the next version does.
        guest.sh("""
                mkdir -p /run/systemd/system/barkeeperd.service.d
                printf '[Service]\\nRestart=no\\n' >/run/systemd/system/barkeeperd.service.d/lab.conf
                systemctl daemon-reload
                pid=$(systemctl show -p MainPID --value barkeeperd)
                newest=$(ls -t /var/lib/barkeeper/journal | head -1)
                barkeeper apply --yes >/run/apply.log 2>&1 &
                while [ "$(ls -t /var/lib/barkeeper/journal | head -1)" = "$newest" ]; do :; done
                newest=$(ls -t /var/lib/barkeeper/journal | head -1)
                until grep -q 'remove' /var/lib/barkeeper/journal/$newest && grep -q '"number":3' /var/lib/barkeeper/journal/$newest
                do :; done
                kill -9 $pid
                rm /run/systemd/system/barkeeperd.service.d/lab.conf
                systemctl daemon-reload
                """);
        assertThat(guest.sh("tail -n 1 /var/lib/barkeeper/journal/$(ls -t /var/lib/barkeeper/journal | head -1)"))
                .as("the end of the journal of a transaction that was cut off")
                .doesNotContain("\"type\":\"end\"");
        apt(guest, "install -y /host" + debianPackage);
        assertThat(guest.sh("systemctl is-active barkeeperd")).isEqualTo("active\n");
        guest.await("all that was there works", () -> guest.pci().lostSince(before));
        guest.await("the first disk is back", () -> guest.patternTrouble("d0"));
        guest.await("the second disk is back", () -> guest.patternTrouble("d1"));
        System.out.println(guest.sh("barkeeper history; journalctl -u barkeeperd --no-pager -o cat -n 20"));
    }
}
