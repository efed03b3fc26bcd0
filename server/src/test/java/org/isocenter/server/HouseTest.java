package org.isocenter.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// What a class is called says what it is.
final class HouseTest {
    private static final JavaClasses CLASSES = new ClassFileImporter().importPackages("org.isocenter.server");

    private static final Pattern EMPTY_WORD =
            Pattern.compile("(Util|Utils|Helper|Manager|Impl|Service|Handler|Base|Abstract)(?![a-z])");

    @Test
    @DisplayName("no class is named with a word that says nothing")
    void namesSayWhatThingsAre() {
        List<String> faults = new ArrayList<>();
        for (JavaClass one : CLASSES) {
            Matcher word = EMPTY_WORD.matcher(one.getSimpleName());
            if (word.find()) {
                faults.add(one.getName() + ": " + word.group(1));
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    @DisplayName("interfaces are named like things, not with an I before them")
    void interfacesAreNamedLikeThings() {
        List<String> faults = new ArrayList<>();
        for (JavaClass one : CLASSES) {
            if (one.isInterface() && one.getSimpleName().matches("I[A-Z][a-z].*")) {
                faults.add(one.getName());
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    @DisplayName("every package says that nothing in it is null unless marked")
    void packagesAreNullMarked() {
        List<String> faults = new ArrayList<>();
        for (JavaClass one : CLASSES) {
            if (!one.getPackage().isAnnotatedWith("org.jspecify.annotations.NullMarked")) {
                faults.add(one.getPackageName());
            }
        }
        assertThat(faults).isEmpty();
    }
}
