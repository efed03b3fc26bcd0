package org.isocenter.server.http;

import org.jspecify.annotations.Nullable;

/// A stack trace without the messages of its exceptions.
final class StackText {
    private static final int CAUSES_MAX = 8;
    private static final int FRAMES_MAX = 60;

    private StackText() {}

    static String of(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        @Nullable Throwable next = thrown;
        for (int i = 0; next != null && i < CAUSES_MAX; i++) {
            text.append(i == 0 ? "" : "\ncaused by ").append(next.getClass().getName());
            StackTraceElement[] frames = next.getStackTrace();
            for (int j = 0; j < Math.min(frames.length, FRAMES_MAX); j++) {
                text.append("\n\tat ").append(frames[j]);
            }
            next = next.getCause();
        }
        return text.toString();
    }
}
