package org.isocenter.server.worklist;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.isocenter.dicom.DataSet;
import org.isocenter.dicom.Dictionary;
import org.isocenter.dicom.Element;
import org.isocenter.dicom.Tag;
import org.isocenter.dicom.Value;
import org.isocenter.dicom.Vr;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Each row of the table does what its codes say: a workitem that satisfies all is spoilt by one attribute.
class RequirementsTest {
    private interface Check {
        void row(int sequence, int tag, String codes);
    }

    /// Calls for each row with a sequence of 0 where the attribute stands by itself.
    private static void eachRow(Check check) {
        Requirements.TABLE.lines().forEach(line -> {
            String[] cells = line.split(" ");
            String[] path = cells[0].split("\\.");
            check.row(path.length == 1 ? 0 : tag(path[0]), tag(path[path.length - 1]), cells[1] + cells[2] + cells[3]);
        });
    }

    @Test
    void whatMustHaveAValueAtCreationIsMissedByName() {
        eachRow((sequence, tag, codes) -> {
            DataSet workitem = created();
            if (sequence != 0 && !workitem.contains(sequence)) {
                return;
            }
            owner(workitem, sequence).remove(tag);
            AtomicInteger added = new AtomicInteger();
            Fault fault = Requirements.findAtCreation(workitem, added::incrementAndGet);
            if (codes.charAt(0) == '1') {
                assertNames(fault, sequence, tag);
            } else {
                assertThat(fault).as(Requirements.name(tag)).isNull();
                assertThat(added).hasValue(codes.charAt(0) == '2' ? 1 : 0);
                assertThat(owner(workitem, sequence).contains(tag)).isEqualTo(codes.charAt(0) == '2');
            }
        });
    }

    @Test
    void whatMustBeEmptyAtCreationIsRefusedByName() {
        eachRow((sequence, tag, codes) -> {
            if (codes.charAt(0) == '0') {
                DataSet workitem = created();
                workitem.putItems(tag, new DataSet());
                assertNames(Requirements.findAtCreation(workitem, () -> {}), sequence, tag);
            }
        });
    }

    @Test
    void u03WhatCannotBeChangedIsRefusedByName() {
        eachRow((sequence, tag, codes) -> {
            DataSet changes = changes(sequence);
            owner(changes, sequence).putEmpty(tag);
            Fault emptied = Requirements.findAtChange(changes);
            DataSet valued = changes(sequence == 0 && Dictionary.vr(tag) == Vr.SQ ? tag : sequence);
            fill(owner(valued, sequence), tag);
            Fault filled = Requirements.findAtChange(valued);
            boolean ownerFixed = sequence == Tag.ReferencedRequestSequence;
            switch (codes.charAt(1)) {
                case '-' -> {
                    assertNames(emptied, ownerFixed ? 0 : sequence, ownerFixed ? sequence : tag);
                    assertNames(filled, ownerFixed ? 0 : sequence, ownerFixed ? sequence : tag);
                }
                case '1' -> {
                    assertNames(emptied, sequence, tag);
                    assertThat(filled).as(Requirements.name(tag)).isNull();
                }
                default -> {
                    assertThat(emptied).as(Requirements.name(tag)).isNull();
                    assertThat(filled).as(Requirements.name(tag)).isNull();
                }
            }
        });
    }

    @Test
    void whatAFinalStateNeedsIsMissedByName() {
        for (WorkitemState target : new WorkitemState[] {WorkitemState.COMPLETED, WorkitemState.CANCELED}) {
            assertThat(Requirements.findAtEnd(ended(), target)).isNull();
            eachRow((sequence, tag, codes) -> {
                DataSet workitem = ended();
                owner(workitem, sequence).remove(tag);
                Fault fault = Requirements.findAtEnd(workitem, target);
                boolean needed = switch (codes.charAt(2)) {
                    case 'R' -> true;
                    case 'P', 'p' -> target == WorkitemState.COMPLETED;
                    case 'X' -> target == WorkitemState.CANCELED;
                    default -> false;
                };
                if (needed) {
                    assertNames(fault, sequence, tag);
                } else {
                    assertThat(fault).as(Requirements.name(tag)).isNull();
                }
            });
        }
    }

    @Test
    void outputMayHaveNoItemsInTheEnd() {
        DataSet workitem = ended();
        owner(workitem, Tag.UnifiedProcedureStepPerformedProcedureSequence).putEmpty(Tag.OutputInformationSequence);

        assertThat(Requirements.findAtEnd(workitem, WorkitemState.COMPLETED)).isNull();
    }

    @Test
    void u03ValuesThatStandElsewhereAreRefused() {
        DataSet item = new DataSet().put(new Element(Tag.ContactURI, Vr.UR, new Value.Link("http://127.0.0.1/")));
        DataSet workitem = new DataSet().putItems(Tag.InputInformationSequence, item);

        Fault fault = Requirements.findInValues(workitem);

        assertThat(Objects.requireNonNull(fault).text()).contains("ContactURI").doesNotContain("127.0.0.1");
    }

    private static void assertNames(@Nullable Fault fault, int sequence, int tag) {
        assertThat(Objects.requireNonNull(fault, Requirements.name(tag)).path())
                .isEqualTo(
                        sequence == 0
                                ? Requirements.name(tag)
                                : Requirements.name(sequence) + "[1]." + Requirements.name(tag));
    }

    /// Everything that may be there at creation, with a value.
    private static DataSet created() {
        DataSet workitem = new DataSet();
        eachRow((sequence, tag, codes) -> {
            boolean empty = codes.charAt(0) == '0';
            if (sequence == 0 && !empty) {
                fill(workitem, tag);
            } else if (!empty && workitem.contains(sequence)) {
                fill(owner(workitem, sequence), tag);
            }
        });
        return workitem;
    }

    private static DataSet ended() {
        DataSet workitem = new DataSet();
        eachRow((sequence, tag, codes) -> fill(owner(workitem, sequence), tag));
        return workitem;
    }

    /// A change of an item of a sequence that is otherwise as it has to be.
    private static DataSet changes(int sequence) {
        DataSet changes = new DataSet();
        if (sequence != 0) {
            changes.putItems(sequence, new DataSet());
            eachRow((other, tag, codes) -> {
                if (other == sequence && codes.charAt(1) != '-') {
                    fill(owner(changes, sequence), tag);
                }
            });
        }
        return changes;
    }

    private static DataSet owner(DataSet dataSet, int sequence) {
        if (sequence == 0) {
            return dataSet;
        }
        DataSet item = dataSet.findItem(sequence);
        if (item == null) {
            item = new DataSet();
            dataSet.putItems(sequence, item);
        }
        return item;
    }

    private static void fill(DataSet dataSet, int tag) {
        if (Dictionary.vr(tag) != Vr.SQ) {
            dataSet.putString(tag, "1");
        } else if (dataSet.items(tag).isEmpty()) {
            dataSet.putItems(tag, new DataSet());
        }
    }

    private static int tag(String keyword) {
        return Objects.requireNonNull(Dictionary.find(keyword), keyword).tag();
    }
}
