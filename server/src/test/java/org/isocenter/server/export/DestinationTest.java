package org.isocenter.server.export;

import static org.assertj.core.api.Assertions.assertThat;

import org.isocenter.server.export.Destination.Kind;
import org.isocenter.server.objects.AzureContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationTest {
    @Test
    void eachKindHasItsAddresses() {
        assertThat(Destination.find("nas = folder:/mnt/export:1"))
                .isEqualTo(new Destination("nas", Kind.FOLDER, "/mnt/export:1"));
        assertThat(Destination.find("p=dicomweb:https://images.example.org/dicom-web"))
                .isEqualTo(new Destination("p", Kind.DICOMWEB, "https://images.example.org/dicom-web"));
        assertThat(Destination.find("c=s3://bucket/a/b")).isEqualTo(new Destination("c", Kind.S3, "//bucket/a/b"));
        assertThat(Destination.find("a=azureblob:https://one.blob.core.windows.net/two/three"))
                .isEqualTo(new Destination("a", Kind.AZURE_BLOB, "https://one.blob.core.windows.net/two/three"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nas",
                "folder:/mnt",
                "=folder:/mnt",
                "a b=folder:/mnt",
                "nas=folder:",
                "nas=ftp:/mnt",
                "p=dicomweb:images.example.org",
                "p=dicomweb:file:///etc",
                "p=dicomweb:https://user:secret@images.example.org/dicom-web",
                "p=dicomweb:https://images.example.org/dicom-web?token=secret",
                "c=s3:bucket",
                "c=s3://",
                "c=s3://Bucket",
                "c=s3://bucket/..",
                "c=s3://bucket/a%2Fb",
                "a=azureBlob:https://one.blob.core.windows.net",
                "a=azureBlob:https://one.blob.core.windows.net/two/..",
                "a=azureBlob:https://one.blob.core.windows.net/Two",
                "a=azureBlob:https://one.blob.core.windows.net/two?sig=secret"
            })
    void whatIsNoneIsTold(String text) {
        assertThat(Destination.find(text)).isNull();
    }

    @Test
    void aContainerIsTheSameHoweverItIsNamed() {
        AzureContainer container = new AzureContainer("https://one.blob.core.windows.net", "one", "two");
        assertThat(AzureContainer.find("https://ONE.blob.core.windows.net/two/three?sv=1&sig=secret"))
                .isEqualTo(container);
        assertThat(AzureContainer.find(
                        "DefaultEndpointsProtocol=https;AccountName=one;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net",
                        "two"))
                .isEqualTo(container);
        assertThat(AzureContainer.find(
                        "BlobEndpoint=https://one.blob.core.windows.net/;SharedAccessSignature=sig=x", "two"))
                .isEqualTo(container);
        assertThat(AzureContainer.find("UseDevelopmentStorage=true", "two"))
                .isEqualTo(new AzureContainer("http://127.0.0.1:10000/devstoreaccount1", "devstoreaccount1", "two"));
        assertThat(AzureContainer.find("AccountName=one", "../two")).isNull();
        assertThat(AzureContainer.find("AccountName=evil.example.org/", "two")).isNotEqualTo(container);
        assertThat(AzureContainer.find("http://127.0.0.1:10000/two")).isNull();
    }
}
