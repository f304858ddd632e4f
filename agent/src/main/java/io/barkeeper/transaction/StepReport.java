package io.barkeeper.transaction;

/**
 * One step that is over.
 *
 * @param number from 1
 * @param total how many there will be, as far as is known by now; at least {@code number}
 * @param phase {@code preparing}, {@code releasing}, {@code rescanning}, {@code verifying}, {@code settling} or
 *     {@code rolling-back}
 * @param what the effect or the look
 * @param outcome {@code done}, {@code failed}, {@code vetoed} or {@code stuck}
 * @param detail why not, or what was read back; may be empty
 * @param micros how long it took, microseconds
 */
public record StepReport(
        int number, int total, String phase, String what, String outcome, String detail, long micros) {}
