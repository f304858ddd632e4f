/** Answers as text for people. Each class turns one JSON answer into lines; nothing here asks or prints. */
@NullMarked
package io.barkeeper.cli.text;

import org.jspecify.annotations.NullMarked;
