package org.isocenter.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the server says of itself: capabilities (PS3.18 section 8.9) and the description at its top.
class CapabilitiesTest {
    private static final String WADL = "application/vnd.sun.wadl+xml";
    private static final String BASES = "org.isocenter.acceptance.CompatibleBases#all";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private static Answer options(Dicomweb root, String path, String accept) {
        return root.send(root.request(path, "Accept", accept).method("OPTIONS", BodyPublishers.noBody()));
    }

    private static Element wadl(Answer answer) throws Exception {
        assertThat(answer.assertStatus(200).header("Content-Type")).isEqualTo(WADL);
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(answer.body()))
                .getDocumentElement();
    }

    private static List<Element> children(Element parent, String name) {
        NodeList nodes = parent.getChildNodes();
        return IntStream.range(0, nodes.getLength())
                .mapToObj(nodes::item)
                .filter(node -> name.equals(node.getLocalName()))
                .map(Element.class::cast)
                .toList();
    }

    /// Each method of each resource, as `GET studies/{study}`.
    private static List<String> methods(Element parent, String path) {
        List<String> methods = new ArrayList<>();
        for (Element resource : children(parent, "resource")) {
            String here = path + resource.getAttribute("path");
            children(resource, "method").forEach(method -> methods.add(method.getAttribute("name") + " " + here));
            methods.addAll(methods(resource, here + "/"));
        }
        return methods;
    }

    @ParameterizedTest
    @MethodSource(BASES)
    void theBaseUriDescribesAllThatStandsThere(Dicomweb root) throws Exception {
        for (String path : List.of("", "/")) {
            Element application = wadl(options(root, path, WADL));
            assertThat(application.getNamespaceURI()).isEqualTo("http://wadl.dev.java.net/2009/02");
            Element resources = children(application, "resources").getFirst();
            assertThat(resources.getAttribute("base")).isEqualTo(root.root() + "/");
            assertThat(methods(resources, ""))
                    .doesNotHaveDuplicates()
                    .contains(
                            "GET studies",
                            "POST studies",
                            "POST studies/{study}",
                            "DELETE studies/{study}/series/{series}",
                            "GET studies/{study}/series/{series}/instances/{instance}/frames/{frames}/rendered",
                            "PUT workitems/{workitem}/state",
                            "POST commitment-requests/{commitment}");
        }
    }

    @Test
    void everyMethodThatIsDescribedIsThere() throws Exception {
        Dicomweb root = Archive.get().v2();
        Element resources = children(wadl(options(root, "", WADL)), "resources").getFirst();
        List<String> methods = methods(resources, "");
        assertThat(methods).hasSizeGreaterThan(50);
        for (String method : methods) {
            String[] parts = method.split(" ");
            Answer answer = options(root, "/" + parts[1].replaceAll("\\{\\w+}", "1"), WADL);
            assertThat(answer.assertStatus(200).header("Allow").split(", "))
                    .as(method)
                    .contains(parts[0], "OPTIONS");
        }
    }

    @Test
    void aResourceDescribesItselfAndWhatIsBelow() throws Exception {
        Answer answer = options(Archive.get().dicomweb(), "/studies/1.2.3/series", "*/*");
        assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
        Element resource = children(children(wadl(answer), "resources").getFirst(), "resource")
                .getFirst();
        assertThat(resource.getAttribute("path")).isEqualTo("studies/{study}/series");
        Element search = children(resource, "method").getFirst();
        assertThat(search.getAttribute("id")).isEqualTo("searchSeriesOfStudy");
        List<Element> params = children(children(search, "request").getFirst(), "param");
        assertThat(params).extracting(param -> param.getAttribute("name")).contains("Accept", "limit", "includefield");
        assertThat(children(params.getFirst(), "option"))
                .extracting(option -> option.getAttribute("value"))
                .contains("application/dicom+json");
        assertThat(methods(resource, "")).contains("GET {series}/instances").doesNotContain("GET studies");
    }

    @ParameterizedTest
    @MethodSource(BASES)
    void theSameIsToldAsJson(Dicomweb root) {
        Answer answer = options(root, "/studies/1.2/metadata", "application/json");
        JsonNode resource = MAPPER.readTree(answer.assertStatus(200).text()).at("/application/resources/0/resource/0");
        assertThat(resource.path("path").asString()).isEqualTo("studies/{study}/metadata");
        assertThat(resource.at("/method/0/name").asString()).isEqualTo("GET");
        assertThat(resource.at("/method/0/response").findValuesAsString("mediaType"))
                .contains("application/dicom+json");
    }

    @ParameterizedTest
    @CsvSource({"/nothing, 404", "/studies/1/nothing, 404", "/partitions/a%20b/nothing, 404", "/studies%00, 400"})
    void whatIsNotThereIsNotDescribed(String path, int status) {
        options(Archive.get().v2(), path, WADL).assertStatus(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "image/png"})
    void whoWantsAnotherFormIsToldTheMethodsAlone(String accept) {
        Answer answer = options(Archive.get().v2(), "/studies", accept).assertStatus(204);
        assertThat(answer.header("Allow")).isEqualTo("GET, HEAD, OPTIONS, POST, PUT");
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void programsAreToldWhereEverythingIs() {
        Dicomweb top = Archive.get().root();
        for (String accept : List.of("*/*", "application/json", "application/json, text/html;q=0.5")) {
            Answer answer = top.get("", "Accept", accept).assertStatus(200);
            assertThat(answer.header("Content-Type")).isEqualTo("application/json");
            JsonNode description = MAPPER.readTree(answer.text());
            assertThat(description.path("name").asString()).isEqualTo("Isocenter");
            assertThat(description.path("version").asString()).matches("\\d+\\.\\d+\\.\\d+.*");
            assertThat(description.path("roots").findValuesAsString("href"))
                    .contains(Archive.get().dicomweb().root().toString());
            for (String href : description.path("links").findValuesAsString("href")) {
                top.get(href, "Accept", "*/*").assertStatus(200);
            }
        }
    }

    @Test
    void peopleGetAPageInWhichNothingCanRun() throws Exception {
        Answer answer = Archive.get()
                .root()
                .get("", "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
                .assertStatus(200);
        assertThat(answer.header("Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(answer.text())
                .contains("<h1>Isocenter</h1>")
                .doesNotContain("<script", "javascript:", " on", "http:");
        String style = answer.text().replaceAll("(?s).*<style>(.*)</style>.*", "$1");
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.header("Content-Security-Policy"))
                .isEqualTo("default-src 'none'; style-src 'sha256-"
                        + Base64.getEncoder().encodeToString(digest)
                        + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        Matcher link = Pattern.compile("href=\"([^\"]+)\"").matcher(answer.text());
        int links = 0;
        while (link.find()) {
            Archive.get().root().get(link.group(1), "Accept", "*/*").assertStatus(200);
            links++;
        }
        assertThat(links).isEqualTo(3);
    }

    @Test
    void everyRequestOfThePageIsAnswered(@TempDir Path folder) throws IOException {
        Archive.partition(Archive.get().v2(), "ward-7")
                .store(Draft.ct().bytes())
                .assertStatus(200);
        assertThat(new HowToPage("how-to/capabilities.md").run(Archive.get(), folder))
                .hasSize(6)
                .noneMatch(String::isEmpty);
    }

    @Test
    void anotherFormOfTheDescriptionIsNotAcceptable() {
        Archive.get().root().get("", "Accept", "image/png").assertProblem(406, "not-acceptable");
    }
}
