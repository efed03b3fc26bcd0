package org.isocenter.server.objects;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartsTest {
    /// Remembers what it is given.
    private static final class Store implements Parts.Upload {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        final List<Integer> numbers = new ArrayList<>();
        int joined = -1;
        boolean whole;

        @Override
        public void whole(byte[] bytes) {
            all.writeBytes(bytes);
            whole = true;
        }

        @Override
        public void part(int number, byte[] bytes) {
            assertThat(bytes.length).isBetween(1, Parts.PART_BYTES);
            all.writeBytes(bytes);
            numbers.add(number);
        }

        @Override
        public void join(int parts) {
            joined = parts;
        }

        @Override
        public void abandon() {
            joined = 0;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, Parts.PART_BYTES - 1, Parts.PART_BYTES, Parts.PART_BYTES + 1, 2 * Parts.PART_BYTES})
    void allBytesArriveInOrder(int length) {
        byte[] bytes = new byte[length];
        Random random = new Random(length);
        random.nextBytes(bytes);
        Store store = new Store();
        Parts parts = new Parts(store);
        for (int done = 0; done < length; ) {
            int step = Math.min(length - done, 1 + random.nextInt(1 << 20));
            parts.write(bytes, done, step);
            done += step;
        }
        parts.finish();

        assertThat(store.all.toByteArray()).isEqualTo(bytes);
        assertThat(store.whole).isEqualTo(length <= Parts.PART_BYTES);
        assertThat(store.numbers.size()).isEqualTo(Math.max(0, store.joined));
        assertThat(store.numbers)
                .isEqualTo(
                        IntStream.rangeClosed(1, store.numbers.size()).boxed().toList());
    }
}
