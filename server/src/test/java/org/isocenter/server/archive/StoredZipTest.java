package org.isocenter.server.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredZipTest {
    private static final int[] LENGTHS = {0, 1, 65_534, 65_535, 65_536, 131_070, 131_072, 200_001};

    private final Random random = new Random(7);
    private final List<byte[]> contents = new ArrayList<>();

    private byte[] zip() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StoredZip zip = new StoredZip(some -> FileSet.copy(some, bytes));
        for (int length : LENGTHS) {
            byte[] content = new byte[length];
            random.nextBytes(content);
            contents.add(content);
            StoredZip.Entry entry = zip.begin("F" + length);
            int direct = length / 3;
            entry.write(
                    ByteBuffer.allocateDirect(direct).put(content, 0, direct).flip());
            if (length > direct) {
                entry.write(content[direct]);
                entry.write(content, direct + 1, length - direct - 1);
            }
            entry.close();
        }
        zip.finish();
        return bytes.toByteArray();
    }

    @Test
    void readersFromFrontToEndFindEveryEntry() throws IOException {
        ZipInputStream read = new ZipInputStream(new ByteArrayInputStream(zip()));
        for (int i = 0; i < LENGTHS.length; i++) {
            ZipEntry entry = read.getNextEntry();
            assertNotNull(entry);
            assertEquals("F" + LENGTHS[i], entry.getName());
            assertArrayEquals(contents.get(i), read.readAllBytes());
        }
        assertNull(read.getNextEntry());
    }

    @Test
    void readersOfTheDirectoryFindEveryEntry(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("all.zip"), zip());
        try (ZipFile read = new ZipFile(file.toFile())) {
            assertEquals(LENGTHS.length, read.size());
            for (int i = 0; i < LENGTHS.length; i++) {
                ZipEntry entry = read.getEntry("F" + LENGTHS[i]);
                assertEquals(LENGTHS[i], entry.getSize());
                assertArrayEquals(contents.get(i), read.getInputStream(entry).readAllBytes());
            }
        }
    }

    @Test
    void moreEntriesThanSixteenBitsCountAreFound(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("many.zip");
        try (BufferedOutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            StoredZip zip = new StoredZip(some -> FileSet.copy(some, out));
            for (int i = 0; i < 65_536; i++) {
                zip.begin("F" + i).close();
            }
            zip.finish();
        }
        try (ZipFile read = new ZipFile(file.toFile())) {
            assertEquals(65_536, read.size());
            assertNotNull(read.getEntry("F65535"));
        }
    }

    @Test
    void whatEndsEarlyDoesNotLookWhole(@TempDir Path folder) throws IOException {
        byte[] whole = zip();
        Path file = folder.resolve("cut.zip");
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        assertThrows(ZipException.class, () -> new ZipFile(file.toFile()).close());
    }
}
