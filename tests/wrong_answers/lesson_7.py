"""Answers to lesson 7's exercises, plausible and wrong, unusual and right."""

WRONG = {
    "exercise-7-one": ["answer = 4\ncheck(answer)", "answer = 13\ncheck(answer)", "answer = 36\ncheck(answer)", "answer = 41\ncheck(answer)"],
    "exercise-7-two": ["answer = 4\ncheck(answer)", "answer = 13\ncheck(answer)", "answer = 36\ncheck(answer)", "answer = 41\ncheck(answer)"],
    "exercise-7-three": ["answer = 4\ncheck(answer)", "answer = 13\ncheck(answer)", "answer = 36\ncheck(answer)", "answer = 41\ncheck(answer)"],
    "exercise-7-four": ["answer = 4\ncheck(answer)", "answer = 13\ncheck(answer)", "answer = 36\ncheck(answer)", "answer = 41\ncheck(answer)"],
}

RIGHT = {
    "exercise-7-one": ["answer = 21 + 21\ncheck(answer)", "answer = 42.0\ncheck(answer)"],
    "exercise-7-two": ["answer = 21 + 21\ncheck(answer)", "answer = 42.0\ncheck(answer)"],
    "exercise-7-three": ["answer = 21 + 21\ncheck(answer)", "answer = 42.0\ncheck(answer)"],
    "exercise-7-four": ["answer = 21 + 21\ncheck(answer)", "answer = 42.0\ncheck(answer)"],
}
