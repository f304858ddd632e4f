package io.barkeeper.config;

/** Reads the keys of one section of which there may be many, such as {@code [[rule]]}. */
interface SectionReader {

    void set(String key, Object value) throws BadValue;

    /** Takes the section over, once each key was read; what it came to, for people. */
    String into(Draft draft) throws BadValue;
}
