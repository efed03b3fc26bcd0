package org.isocenter.dicom;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransferSyntaxTest {
    @Test
    void allTransferSyntaxesOfTheStandardAreKnownByTheirUid() {
        assertThat(TransferSyntax.all()).hasSize(63).allSatisfy(syntax -> {
            assertThat(TransferSyntax.find(syntax.uid())).isSameAs(syntax);
            assertThat(syntax.uid()).startsWith("1.2.840.10008.1.2");
        });
        assertThat(TransferSyntax.find("1.2.840.10008.1.1")).isNull();
    }

    @Test
    void onlyThePlainOnesAreImplicitBigEndianOrDeflated() {
        assertThat(TransferSyntax.all())
                .filteredOn(TransferSyntax::encapsulated)
                .allMatch(syntax -> syntax.explicitVr() && !syntax.bigEndian() && !syntax.deflated());
        assertThat(TransferSyntax.all())
                .filteredOn(syntax -> !syntax.encapsulated())
                .allMatch(syntax -> syntax.mediaType().equals(TransferSyntax.OCTET_STREAM) && !syntax.lossy());
        assertThat(TransferSyntax.all()).filteredOn(TransferSyntax::deflated).hasSize(3);
        assertThat(TransferSyntax.all()).filteredOn(TransferSyntax::bigEndian).hasSize(1);
        assertThat(TransferSyntax.all()).filteredOn(TransferSyntax::video).hasSize(16);
    }
}
