"""An independent model of Firestore and shared parts of the comparing tests: operations, histories, sample values.

The tests of Firestore import it. It uses `testing` to reach the emulator and imports nothing of the emulator itself.
"""
