//! Five bodies that attract each other, for as many steps as the event states; the result is their
//! energy, in billionths.

#[derive(Clone, Copy)]
struct Body {
    place: [f64; 3],
    speed: [f64; 3],
    mass: f64,
}

const STEP: f64 = 0.01;
const BODIES: [Body; 5] = [
    Body { place: [0.0, 0.0, 0.0], speed: [0.0, 0.0, 0.0], mass: 40.0 },
    Body { place: [5.0, -1.25, -0.125], speed: [0.625, 2.75, -0.0625], mass: 0.0375 },
    Body { place: [8.25, 4.125, -0.5], speed: [-1.0, 1.75, 0.0], mass: 0.0125 },
    Body { place: [12.75, -15.125, -0.25], speed: [1.0, 0.875, -0.0625], mass: 0.0017 },
    Body { place: [15.375, -26.0, 0.125], speed: [0.9375, 0.5625, -0.03125], mass: 0.002 },
];

fn advance(bodies: &mut [Body; 5]) {
    for first in 0..5 {
        for second in first + 1..5 {
            let mut apart = [0.0; 3];
            for axis in 0..3 {
                apart[axis] = bodies[first].place[axis] - bodies[second].place[axis];
            }
            let square = apart[0] * apart[0] + apart[1] * apart[1] + apart[2] * apart[2];
            let force = STEP / (square * square.sqrt());
            let (first_mass, second_mass) = (bodies[first].mass, bodies[second].mass);
            for axis in 0..3 {
                bodies[first].speed[axis] -= apart[axis] * second_mass * force;
                bodies[second].speed[axis] += apart[axis] * first_mass * force;
            }
        }
    }
    for body in bodies {
        for axis in 0..3 {
            body.place[axis] += STEP * body.speed[axis];
        }
    }
}

fn energy(bodies: &[Body; 5]) -> f64 {
    let mut energy = 0.0;
    for first in 0..5 {
        let speed = bodies[first].speed;
        energy += 0.5 * bodies[first].mass * (speed[0] * speed[0] + speed[1] * speed[1] + speed[2] * speed[2]);
        for second in first + 1..5 {
            let mut square = 0.0;
            for axis in 0..3 {
                let apart = bodies[first].place[axis] - bodies[second].place[axis];
                square += apart * apart;
            }
            energy -= bodies[first].mass * bodies[second].mass / square.sqrt();
        }
    }
    energy
}

pub fn n_body(steps: u32) -> i64 {
    let mut bodies = BODIES;
    for _ in 0..steps {
        advance(&mut bodies);
    }
    (energy(&bodies) * 1e9) as i64
}

pub fn lambda_handler(event: &str) -> String {
    n_body(event.parse().unwrap_or(0)).to_string()
}
