package io.barkeeper.lab;

import java.util.List;

/** Tasks that wait in the kernel and cannot be interrupted. */
public final class Blocked {
    private static final String SCRIPT = """
            for task in /proc/[0-9]*/task/[0-9]*; do
              read -r stat <$task/stat || continue
              rest=${stat##*) }
              case $rest in D*) echo "${stat%%)*}) waits in $(cat $task/wchan)" ;; esac
            done 2>/dev/null
            """;

    private Blocked() {}

    /** Those in state D now, one line each: {@code 123 (java) waits in kernfs_drain}. */
    public static List<String> tasks(Guest guest) {
        return guest.sh(SCRIPT).lines().toList();
    }
}
