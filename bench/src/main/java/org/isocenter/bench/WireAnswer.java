package org.isocenter.bench;

import java.nio.charset.StandardCharsets;

/// What a server answered: the status, how long the body was, and the body itself where it was asked for.
record WireAnswer(int status, long bodyBytes, byte[] body) {

    boolean ok() {
        return status == 200;
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
